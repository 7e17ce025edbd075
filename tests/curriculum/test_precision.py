import pytest

from evomerge.curriculum.precision import HUMAN as BY_PEOPLE
from evomerge.curriculum.precision import human_precision
from evomerge.ledger import VerifierPrecision
from tests.curriculum.contexts import context_of
from tests.curriculum.population import CHAIN, People, curriculum

MODEL = {"name": "m", "model": "leader", "prompt": "p", "count": 1}


def measured(verifier, *writers, asker=None):
    settings = curriculum(*(writers or (MODEL,)), verifiers=[verifier])
    context = context_of(settings, asker or People())
    return human_precision(settings.verifiers[0], "v", context)


def test_a_vote_of_models_is_held_against_what_people_know():
    found = measured({"agreement": 1, "of": ["leader"]})
    assert found.precision == VerifierPrecision("v", BY_PEOPLE, 4, 4)
    assert (found.tokens, found.seconds) == (36, 1.0)
    wrong = measured({"agreement": 1, "of": ["leader"]}, asker=People({"leader": 1.0}))
    assert wrong.precision == VerifierPrecision("v", BY_PEOPLE, 4, 0)


def test_on_what_too_few_agree_nothing_is_said():
    asker = People({"leader": 1.0})
    found = measured({"agreement": 2, "of": ["leader", "elite"]}, asker=asker)
    assert found.precision == VerifierPrecision("v", BY_PEOPLE, 0, 0)


def test_samples_are_the_leaders_where_no_chain_wrote():
    asker = People()
    found = measured({"agreement": 0.5, "samples": 3}, asker=asker)
    assert {one.model for one in asker.asked} == {"leader"}
    assert len(asker.asked) == 12
    assert found.precision.passed >= found.precision.right


def test_a_judge_is_shown_right_answers_and_those_of_other_items():
    verifier = {"judge": "leader", "rubric": "r"}
    flattered = measured(verifier, asker=People(says=lambda one: "yes"))
    assert flattered.precision == VerifierPrecision("v", BY_PEOPLE, 8, 4)


@pytest.mark.parametrize(
    "verifier, writers",
    [
        ({"agreement": 0.5, "samples": 3}, [CHAIN]),
        ({"agreement": 1, "of": ["told", "leader"]}, [CHAIN, MODEL]),
        ({"program": "check.py"}, [MODEL]),
    ],
)
def test_what_cannot_be_measured_is_not(verifier, writers):
    asker = People()
    assert measured(verifier, *writers, asker=asker).precision is None
    assert asker.asked == []
