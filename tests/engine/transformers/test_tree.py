from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Likelihood
from evomerge.engine.transformers.tree import trees

TOKENS = st.lists(st.integers(0, 2), min_size=2, max_size=9).map(tuple)


@st.composite
def requests(draw):
    texts = draw(st.lists(TOKENS, max_size=40))
    return [
        (number, Likelihood(text, draw(st.integers(1, len(text) - 1))))
        for number, text in enumerate(texts)
    ]


@given(requests(), st.booleans())
def test_each_request_is_a_context_and_one_of_its_branches(numbered, shares):
    made = list(trees(numbered, shares))
    answered = []
    for tree in made:
        for branch, asked in tree.branches:
            answered += asked
            for _, request in asked:
                assert request.tokens[:-1] == tree.context + branch
                assert len(tree.context) == len(request.tokens) - request.scored
        assert len({branch for branch, _ in tree.branches}) == len(tree.branches)
        assert len(tree.tokens) == tree.width
        assert shares or len(tree.branches) == 1
    assert sorted(answered, key=lambda one: one[0]) == numbered


def test_choices_share_their_question_and_texts_do_not_share_their_first_token():
    question = tuple(range(20))
    choices = [(n, Likelihood((*question, n, n), 2)) for n in range(4)]
    (tree,) = trees(choices, shares=True)
    assert (tree.context, tree.width) == (question, 24)
    texts = [(n, Likelihood((0, *[n] * 30), 30)) for n in range(4)]
    assert len(list(trees(texts, shares=True))) == 4


def test_choices_of_one_token_need_no_branch():
    (tree,) = trees([(n, Likelihood((5, 6, n), 1)) for n in range(3)], shares=False)
    assert tree.tokens == (5, 6)
    assert len(tree.branches[0][1]) == 3
