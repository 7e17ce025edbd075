"""What holds for every kind of verifier: a file in the folder is tested here."""

import pytest

from evomerge.curriculum.verifiers import VERIFIERS, verifier_of
from evomerge.ledger import Verified
from evomerge.recipe.verifiers import Agreement, JudgeVerifier, ProgramVerifier
from tests.curriculum.contexts import context_of, read_draft
from tests.curriculum.population import CHAIN, People, curriculum

SETTINGS = {
    ProgramVerifier: {"program": "check.py"},
    Agreement: {"agreement": 1, "of": ["leader"]},
    JudgeVerifier: {"judge": "leader", "rubric": "The sum is right."},
}
DRAFTS = [
    read_draft("1 + 1", "deux", models=("adder", "speller")),
    read_draft("1 + 1", "trois", models=("adder", "speller")),
    read_draft("5 + 8", "un trois"),
]
RIGHT = [True, False, True]


def judged(one):
    """The leader's word where it is asked for one; else it adds and spells."""
    if "Say yes or no" not in one.prompt:
        return None
    return "yes" if "deux" in one.prompt or "un trois" in one.prompt else "no"


@pytest.fixture(params=VERIFIERS.values(), ids=lambda kind: kind.name)
def kind(request):
    return request.param


def verified(kind, drafts=DRAFTS):
    settings = curriculum(CHAIN, verifiers=[SETTINGS[kind.settings]])
    asker = People(says=judged)
    return kind.verify(settings.verifiers[0], context_of(settings, asker), drafts), asker


def test_every_kind_of_settings_has_a_verifier(kind):
    settings = curriculum(CHAIN, verifiers=[SETTINGS[kind.settings]])
    assert verifier_of(settings.verifiers[0]) is kind
    assert {one.settings for one in VERIFIERS.values()} == {*SETTINGS}
    assert kind.verified in Verified
    assert kind.describe(settings.verifiers[0])


def test_right_answers_pass_and_wrong_ones_are_told_why(kind):
    opinions, _ = verified(kind)
    assert [one.passed for one in opinions] == RIGHT
    assert [bool(one.reason) for one in opinions] == [not right for right in RIGHT]


def test_it_says_the_same_to_the_same_and_pays_for_what_it_asks(kind):
    (first, asker), (second, other) = verified(kind), verified(kind)
    assert first == second
    assert asker.asked == other.asked
    assert sum(one.tokens for one in first) == 9 * len(asker.asked)


def test_an_opinion_is_of_the_draft_and_not_of_its_place(kind):
    turned, _ = verified(kind, DRAFTS[::-1])
    assert [one.passed for one in turned] == RIGHT[::-1]


def test_nothing_to_verify_is_no_mistake(kind):
    assert [*verified(kind, [])[0]] == []
