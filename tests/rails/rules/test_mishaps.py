import pytest

from evomerge.rails.rules.mishaps import MISHAPS
from tests.rails.histories import goes_on, model, pauses, task, watched

WORDS = {
    "empty": "are empty",
    "looping": "end in the same words over and over",
    "truncated": "are cut at the token limit",
    "refused": "are refusals",
    "failed": "have nothing in them that can be extracted",
}


@pytest.mark.parametrize("what", WORDS)
def test_each_mishap_pauses_where_it_befalls_many(what):
    told = pauses(MISHAPS, watched(model(t=task(**{what: 0.5}))))
    assert f"50% of the leader's answers {WORDS[what]}" in told
    assert goes_on(MISHAPS, watched(model(t=task(**{what: 0.2}))))


def test_what_befalls_a_parent_as_good_is_usual():
    assert goes_on(
        MISHAPS, watched(model(t=task(empty=0.5)), baselines=(model(t=task(empty=0.4)),))
    )


def test_the_worst_is_told():
    assert "80%" in pauses(MISHAPS, watched(model(t=task(empty=0.5, refused=0.8))))
