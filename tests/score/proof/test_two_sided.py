import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evomerge.score.items.units import Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.scale import Scale
from evomerge.score.proof.two_sided import compare_both_ways
from tests.score.proof.scores import coin, scores, wins_and_losses

ONE = Aggregate({"t": 1.0})
UNIT = {"t": Scale(0.0, 1.0)}
RUNS = 400


def test_a_model_is_no_different_from_itself():
    for values in ([1, 0, 1, 1] * 9, [0.25, 0.5, 1.0] * 9):
        same = compare_both_ways(scores(values), scores(values), ONE, scales=UNIT)
        assert (same.difference, same.p_value) == (0.0, 1.0)
        assert same.interval[0] < 0 < same.interval[1]
        assert same.interval[0] == -same.interval[1]


def test_where_one_is_better_the_interval_has_no_zero():
    better = compare_both_ways(*wins_and_losses(30, 5, 65), ONE)
    assert better.difference == 0.25
    assert better.interval[0] > 0
    assert better.p_value < 0.001
    assert (better.items, better.units) == (100, 100)


def test_without_a_scale_nothing_is_shown():
    ours, theirs = scores([0.75] * 50), scores([0.25] * 50)
    unknown = compare_both_ways(ours, theirs, ONE)
    assert (unknown.difference, unknown.p_value) == (0.5, 1.0)
    assert unknown.interval == (-math.inf, math.inf)
    assert compare_both_ways(ours, theirs, ONE, scales=UNIT).p_value < 0.05


VALUES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 1.0]), st.sampled_from([0.0, 0.5, 1.0])),
    min_size=3,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@example(
    [(0.0, 0.0)] * 2 + [(0.0, 0.5)] * 4 + [(0.0, 1.0)] * 3 + [(0.25, 0.0)] * 2 + [(0.25, 1.0)],
    "raw",
)
@given(VALUES, st.sampled_from(["raw", "geometric"]))
def test_the_other_way_round_it_says_the_same_of_the_other(values, how):
    ours, theirs = (scores(side) for side in zip(*values, strict=True))
    aggregate = Aggregate({"t": 1.0}, how)
    one = compare_both_ways(ours, theirs, aggregate, scales=UNIT)
    other = compare_both_ways(theirs, ours, aggregate, scales=UNIT)

    assert one.difference == -other.difference
    assert one.interval == (-other.interval[1], -other.interval[0])
    assert (one.p_value, one.error) == (other.p_value, other.error)
    assert (one.p_value < one.alpha) == (not one.interval[0] <= 0 <= one.interval[1])


@pytest.mark.parametrize("size", [1, 5])
def test_equals_are_seldom_called_different(size):
    """Of equally good models, with questions that hang together, at most 5 % are told apart."""
    count, found = 60, 0
    units = Units(groups={f"t{n}": f"p{n // size}" for n in range(count)})
    for seed in range(RUNS):
        # All questions of a group are answered alike.
        ours, theirs = (np.repeat(coin(count // size, 0.6, (seed, side)), size) for side in (0, 1))
        result = compare_both_ways(scores(ours), scores(theirs), ONE, units=units)
        found += result.p_value < result.alpha
    assert found / RUNS <= 0.05 + 3 * (0.05 * 0.95 / RUNS) ** 0.5
