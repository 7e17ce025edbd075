import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import RecipeError
from evomerge.score.proof.aggregate import SHIFT, Aggregate

RANGES = {"t": (0.2, 0.6), "u": (-3.0, -1.0), "flat": (0.5, 0.5)}
HOWS = ["raw", "range", "geometric"]


def aggregate(how, **weights):
    return Aggregate(weights, how, {task: RANGES[task] for task in weights})


def test_raw_is_the_weighted_mean():
    assert aggregate("raw", t=1.0, u=3.0).fitness({"t": 0.4, "u": -2.0}) == pytest.approx(-1.4)


def test_range_counts_by_the_parents_range():
    """The best parent on both tasks scores 1, the worst 0, whatever the scales."""
    of_range = aggregate("range", t=1.0, u=3.0)
    assert of_range.fitness({"t": 0.6, "u": -1.0}) == pytest.approx(1.0)
    assert of_range.fitness({"t": 0.2, "u": -3.0}) == pytest.approx(0.0)
    assert of_range.fitness({"t": 0.4, "u": -1.0}) == pytest.approx((0.5 + 3 * 1.0) / 4)


def test_where_all_parents_are_equal_the_scale_is_1():
    assert aggregate("range", flat=1.0).fitness({"flat": 0.7}) == pytest.approx(0.2)


def test_geometric_is_the_shifted_geometric_mean():
    geometric = aggregate("geometric", t=1.0, u=3.0)
    expected = ((0.5 + SHIFT) * (0.25 + SHIFT) ** 3) ** 0.25 - SHIFT
    assert geometric.fitness({"t": 0.5, "u": 0.25}) == pytest.approx(expected)
    assert geometric.fitness({"t": 0.3, "u": 0.3}) == pytest.approx(0.3)


def test_a_zero_costs_much_and_does_not_erase_the_rest():
    geometric = aggregate("geometric", t=1.0, u=1.0)
    assert geometric.fitness({"t": 0.0, "u": 0.0}) == pytest.approx(0.0)
    assert 0 < geometric.fitness({"t": 0.0, "u": 0.4}) < geometric.fitness({"t": 0.0, "u": 0.8})
    assert geometric.fitness({"t": 0.0, "u": 0.8}) < geometric.fitness({"t": 0.2, "u": 0.2})


@pytest.mark.parametrize("how", HOWS)
def test_tasks_without_a_mean_or_a_weight_are_left_out(how):
    both = Aggregate({"t": 1.0, "u": 2.0, "guard": 0.0}, how, RANGES)
    alone = aggregate(how, t=1.0)
    assert both.fitness({"guard": 9.0, "t": 0.4}) == pytest.approx(alone.fitness({"t": 0.4}))
    with pytest.raises(ValueError, match="no task with a weight"):
        both.fitness({"guard": 0.5})


@pytest.mark.parametrize("how", HOWS)
def test_many_at_once_are_as_one_by_one(how):
    some = aggregate(how, t=1.0, u=3.0)
    means = np.random.default_rng(0).random((4, 5, 2))
    together = some.of(means, ["t", "u"])
    assert together.shape == (4, 5)
    for place in np.ndindex(4, 5):
        one = some.fitness({"t": means[place][0], "u": means[place][1]})
        assert together[place] == pytest.approx(one)


@pytest.mark.parametrize("how", HOWS)
@given(t=st.floats(0.05, 1), u=st.floats(0.05, 1), weight=st.floats(0.1, 10))
def test_the_gradient_is_that_of_the_fitness(how, t, u, weight):
    some, means, step = aggregate(how, t=1.0, u=weight), {"t": t, "u": u}, 1e-6
    for task, slope in some.gradient(means).items():
        up, down = {**means, task: means[task] + step}, {**means, task: means[task] - step}
        numeric = (some.fitness(up) - some.fitness(down)) / (2 * step)
        assert slope == pytest.approx(numeric, rel=1e-4)


@pytest.mark.parametrize("how", HOWS)
@given(scale=st.floats(1e-3, 1e3))
def test_only_the_ratio_of_weights_matters(how, scale):
    means = {"t": 0.4, "u": 0.7}
    one, other = aggregate(how, t=1.0, u=3.0), aggregate(how, t=scale, u=3.0 * scale)
    assert one.fitness(means) == pytest.approx(other.fitness(means))


def test_the_order_of_the_means_changes_no_bit():
    some = aggregate("geometric", t=1.0, u=3.0, flat=0.3)
    means = {"t": 0.1, "u": 0.7, "flat": 1 / 3}
    assert some.fitness(means) == some.fitness(dict(reversed(means.items())))


def test_log_likelihoods_have_no_geometric_mean():
    with pytest.raises(RecipeError, match="u scores -2, and a geometric mean"):
        aggregate("geometric", t=1.0, u=1.0).check({"t": 0.5, "u": -2.0})
    aggregate("raw", t=1.0, u=1.0).check({"t": 0.5, "u": -2.0})


def test_a_range_must_have_been_measured():
    with pytest.raises(RecipeError, match="range on u was not measured"):
        Aggregate({"t": 1.0, "u": 1.0}, "range", {"t": (0, 1)}).check({"t": 0.5, "u": 0.5})


def test_a_mean_that_rounding_left_below_zero_has_a_fitness():
    assert math.isfinite(aggregate("geometric", t=1.0).fitness({"t": -1e-17}))
