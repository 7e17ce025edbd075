import pytest
from pydantic import TypeAdapter, ValidationError

from evomerge.recipe.verifiers import Agreement, JudgeVerifier, ProgramVerifier, Verifier

VERIFIER = TypeAdapter(Verifier)


@pytest.mark.parametrize(
    "value, kind",
    [
        ({"program": "p.py"}, ProgramVerifier),
        ({"agreement": 0.5, "samples": 3}, Agreement),
        ({"judge": "leader", "rubric": "r"}, JudgeVerifier),
    ],
)
def test_a_verifiers_key_tells_its_kind(value, kind):
    verifier = VERIFIER.validate_python(value)
    assert type(verifier) is kind
    assert VERIFIER.validate_python(verifier) == verifier


def test_samples_are_warm_and_single_answers_are_not():
    assert Agreement(agreement=0.5, samples=3).warmth == 0.8
    assert Agreement(agreement=0.5, samples=3, temperature=0.3).warmth == 0.3
    assert Agreement(agreement=1, of=("a",)).warmth == 0


@pytest.mark.parametrize(
    "value, problem",
    [
        (["check.py"], "a verifier is {program"),
        ({"samples": 3}, "one of the keys"),
        ({"agreement": 1.5, "samples": 3}, "less than or equal to 1"),
        ({"agreement": 0, "samples": 3}, "greater than"),
        ({"agreement": 1, "of": ["a", "a"]}, "names one of them twice"),
        ({"judge": "leader", "rubric": ""}, "at least 1 character"),
    ],
)
def test_what_is_no_verifier_is_refused(value, problem):
    with pytest.raises(ValidationError, match=problem):
        VERIFIER.validate_python(value)
