import math

import pytest

from evomerge.search import Outcome


def test_errors_are_none_unless_told():
    assert Outcome((0.5, 0.2)).errors == (0.0, 0.0)
    assert Outcome((0.5,), (math.inf,)).errors == (math.inf,)


def test_the_first_objective_is_its_fitness_and_a_failure_has_none():
    assert Outcome((0.5, 0.2)).fitness == 0.5
    assert Outcome(failure="x").fitness is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "objectives, or a failure"),
        ({"objectives": (1.0,), "failure": "x"}, "not both"),
        ({"objectives": (math.nan,)}, "finite"),
        ({"objectives": (math.inf,)}, "finite"),
        ({"objectives": (1.0, 2.0), "errors": (0.1,)}, "2 objectives, but 1 errors"),
        ({"objectives": (1.0,), "errors": (-0.1,)}, "0 or more"),
        ({"objectives": (1.0,), "errors": (math.nan,)}, "0 or more"),
        ({"objectives": (1.0,), "violation": -1.0}, "violation"),
        ({"objectives": (1.0,), "violation": math.nan}, "violation"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, why):
    with pytest.raises(ValueError, match=why):
        Outcome(**wrong)
