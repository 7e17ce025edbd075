"""A gain in log-probability is held against wrong answers, and against accuracy."""

import pytest

from evomerge.score.audits.gold_flags import Gain, gold_flags

OWN = Gain(0.5, 0.1)


def flagged(own=OWN, control=None, accuracy=None):
    return [flag.what for flag in gold_flags("t", own, control, accuracy)]


@pytest.mark.parametrize(
    "control, found",
    [
        (Gain(0.0, 0.1), []),
        (Gain(0.24, 0.1), []),
        (Gain(0.26, 0.1), ["gold_control"]),
        (Gain(0.6, 0.1), ["gold_control"]),
        (Gain(0.26, 0.0), []),
    ],
)
def test_what_wrong_answers_gain_as_well_is_no_knowledge(control, found):
    assert flagged(control=control) == found


def test_accuracy_has_to_gain_with_it():
    assert flagged(accuracy=Gain(0.05, 0.1)) == ["gold_accuracy"]
    assert flagged(accuracy=Gain(0.2, 0.1)) == []
    assert flagged(control=Gain(0.5, 0.1), accuracy=Gain(-0.1, 0.05)) == [
        "gold_control",
        "gold_accuracy",
    ]


def test_what_is_no_gain_is_not_looked_at():
    assert flagged(Gain(0.19, 0.1), Gain(0.2, 0.0), Gain(-1.0, 0.1)) == []


def test_the_flag_says_both_numbers():
    (flag,) = gold_flags("t", OWN, Gain(0.45, 0.1))
    assert (flag.winner, flag.reference) == (0.5, 0.45)
    assert "gains 0.5 nats a token, that of wrong ones 0.45" in flag.sentence
