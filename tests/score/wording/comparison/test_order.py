import pytest

from evomerge.score.wording.comparison.order import same_numbers
from evomerge.score.wording.sentences import same_exactly, sentences


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("Anna has 3. Ben has 7.", "Ben has 7. Anna has 3.", True),
        ("Anna has 3. Ben has 7.", "Anna has 7. Ben has 3.", False),
        ("Anna has 3. Ben has 7.", "Anna has 3, Ben has 7", True),
        ("Anna buys 3 red apples. Ben buys 7.", "Ben buys 7. Carla buys 3 red apples.", True),
        (
            "Anna buys 3 red apples today. Ben buys 7 red apples today.",
            "Ben buys 3 red apples today. Anna buys 7 red apples today.",
            False,
        ),
        ("So?\n12\n15\n18", "So?\n18\n12\n15", True),
        ("So?\n12\n15\n18", "So?\n18\n12\n16", False),
        ("So? 3 + 7", "So? 7 + 3", False),
        ("Buy 2. Buy 2.", "Buy 2.", False),
        ("No numbers. None.", "None. No numbers.", True),
    ],
)
def test_numbers_move_with_their_sentences_alone(one, other, same):
    assert same_numbers(sentences(one), sentences(other)) == same
    assert same_numbers(sentences(other), sentences(one)) == same


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("1 apple and 5 pears", "one apple and 5 pears", True),
        ("one of 5 pears", "any of 5 pears", True),
        ("1 apple and 5 pears", "5 apples and 1 pear", False),
        ("one apple, 5 pears and 1", "one apple, 5 pears", False),
        ("1 apple, 5 pears, one plum", "one apple, 5 pears, 1 plum", True),
        ("5", "5 5", False),
    ],
)
def test_a_one_may_be_a_word(one, other, same):
    ours, theirs = ([e for s in sentences(text) for e in s.exact] for text in (one, other))
    assert same_exactly(ours, theirs) == same_exactly(theirs, ours) == same
