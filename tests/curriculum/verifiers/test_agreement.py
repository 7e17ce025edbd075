import pytest

from evomerge.curriculum.verifiers.agreement import described, needed, verify
from evomerge.recipe.verifiers import Agreement
from tests.curriculum.contexts import context_of, read_draft
from tests.curriculum.population import CHAIN, People, curriculum

OTHER = {
    **CHAIN,
    "name": "otherwise",
    "chain": [{"ask": "leader", "prompt": CHAIN["chain"][0]["prompt"]}],
}
BY_CHAIN = {"writer": "told", "models": ("adder", "speller")}


def opinions(verifier, drafts, asker=None):
    settings = curriculum(CHAIN, OTHER, verifiers=[verifier])
    context = context_of(settings, asker or People())
    return verify(settings.verifiers[0], context, drafts)


@pytest.mark.parametrize(
    "agreement, voices, count",
    [(2, 5, 2), (0.6, 5, 3), (0.5, 5, 3), (1.0, 5, 5), (0.01, 5, 1), (0.3, 10, 3), (0.7, 10, 7)],
)
def test_a_share_is_of_those_who_are_asked(agreement, voices, count):
    assert needed(Agreement(agreement=agreement, samples=100), voices) == count


def test_samples_are_of_the_chain_that_wrote_it_drawn_each_time():
    asker = People()
    draft = read_draft("12 + 5", "un sept", **BY_CHAIN)
    (one,) = opinions({"agreement": 0.1, "samples": 8}, [draft], asker)
    assert len(asker.asked) == 16
    assert {one.model for one in asker.asked} == {"adder", "speller"}
    assert {one.temperature for one in asker.asked} == {0.8}
    assert len({one.key for one in asker.asked}) == 16
    assert 0 < one.agreement < 1
    assert one.tokens == 9 * 16


def test_whoever_wrote_it_has_no_voice():
    asker = People()
    draft = read_draft("12 + 5", "un sept", **BY_CHAIN)
    (one,) = opinions({"agreement": 1, "of": ["adder", "told"]}, [draft], asker)
    assert asker.asked == []
    assert not one.passed
    assert one.reason.endswith("nobody is asked who has not written it")


def test_another_chain_and_another_model_are_asked_the_same_question():
    asker = People()
    draft = read_draft("12 + 5", "un sept", **BY_CHAIN)
    (one,) = opinions({"agreement": 2, "of": ["otherwise", "elite", "adder"]}, [draft], asker)
    assert [(a.model, a.prompt) for a in asker.asked] == [
        ("leader", "12 + 5 in digits ="),
        ("elite", "12 + 5 in french ="),
    ]
    assert one.passed
    assert one.agreement == 1.0


def test_a_chain_has_no_voice_on_what_has_no_question_of_its_own():
    asker = People()
    (one,) = opinions({"agreement": 1, "of": ["otherwise"]}, [read_draft("1 + 1", "deux")], asker)
    assert (one.passed, asker.asked) == (False, [])


def test_an_answer_counts_however_it_is_put_and_an_empty_one_never():
    said = {"leader": " Un  SEPT. ", "elite": "..."}
    asker = People(says=lambda one: said[one.model])
    draft = read_draft("12 + 5", "un sept", **BY_CHAIN)
    (one,) = opinions({"agreement": 2, "of": ["leader", "elite"]}, [draft], asker)
    assert (one.passed, one.agreement) == (False, 0.5)
    assert one.reason == "vote (one answer of leader, elite; 2): too few agree"


def test_a_vote_is_told_in_a_few_words():
    assert described(Agreement(agreement=0.6, samples=5)) == "vote (5 samples; 0.6)"
