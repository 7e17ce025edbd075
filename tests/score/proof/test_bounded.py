import math

import numpy as np
import pytest
from scipy import stats

from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.bounded import bound
from evomerge.score.proof.paired import pair
from evomerge.score.proof.scale import Scale
from tests.score.proof.scores import coin, scores, wins_and_losses

ONE = Aggregate({"t": 1.0})


def of(ours, theirs, level=0.05, scale=None, units=ALONE, aggregate=ONE):
    scales = {} if scale is None else dict.fromkeys(aggregate.weights, scale)
    return bound(pair(ours, theirs, [*aggregate.weights], units, scales), aggregate, level, 0)


@pytest.mark.parametrize("losses, items", [(0, 3), (0, 60), (2, 40), (15, 100)])
def test_without_wins_it_is_clopper_and_pearsons(losses, items):
    exact = stats.binomtest(losses, items, alternative="less").proportion_ci(0.95).high
    result = of(*wins_and_losses(0, losses, items - losses))
    assert result.lower == pytest.approx(-exact, rel=0.03)


def test_with_many_items_it_is_the_normal_theorys():
    generator = np.random.default_rng(0)
    ours, theirs = (np.clip(generator.normal(0.5, 0.1, 900), 0, 1) for _ in range(2))
    result = of(scores(ours), scores(theirs), scale=Scale(0.0, 1.0))
    error = (ours - theirs).std() / 30
    for end, sign in ((result.lower, -1), (result.upper, 1)):
        normal = (ours - theirs).mean() + sign * 1.645 * error
        assert 0 <= sign * (end - normal) < 0.3 * error + 1 / 900


def test_nothing_is_said_without_a_scale():
    result = of(scores([0.5, 1.0] * 50), scores([0.4, 0.9] * 50))
    assert (result.p_value, result.lower, result.upper) == (1.0, -math.inf, math.inf)


def test_the_wider_the_scale_the_less_is_shown():
    ours, theirs = scores(np.full(100, 0.6)), scores(np.full(100, 0.5))
    lowers = [of(ours, theirs, scale=Scale(-width, 1.0)).lower for width in (0, 1, 10, 100)]
    assert lowers == sorted(lowers, reverse=True)
    assert lowers[0] > 0 > lowers[-1]


@pytest.mark.parametrize("rate, gain", [(0.01, 0.01), (0.03, 0.02)])
def test_rare_large_losses_do_not_hide_behind_many_small_gains(rate, gain):
    """The mean is not above 0, though most samples of 50 items hold no loss at all."""
    shown = 0
    for seed in range(60):
        lost = np.random.default_rng(seed).random(50) < rate
        ours = scores(np.where(lost, 0.0, 0.5 + gain))
        shown += of(ours, scores(np.full(50, 0.5)), scale=Scale(0.0, 1.0)).p_value < 0.05
    assert shown == 0


def test_a_group_has_one_weight():
    """Twenty groups of five equal answers are twenty items."""
    units = Units(groups={f"t{i}": f"g{i // 5}" for i in range(100)})
    few = of(scores(np.repeat([1, 0], [15, 5])), scores(np.repeat([0, 1], [15, 5])))
    many = of(scores(np.repeat([1, 0], [75, 25])), scores(np.repeat([0, 1], [75, 25])), units=units)
    assert many.lower == pytest.approx(few.lower, abs=0.01)


def test_levels_below_what_a_few_resamples_tell_are_resolved():
    ours, theirs = scores(coin(200, 0.9, 0)), scores(coin(200, 0.5, 1))
    result = of(ours, theirs, level=1e-4)
    assert result.p_value < 1e-4
    assert 0 < result.lower < of(ours, theirs).lower


@pytest.mark.parametrize("level", [0.03, 0.004])
def test_bound_and_p_value_agree_to_the_last_digit(level):
    """By bisection to the gain at which one of them changes."""
    generator = np.random.default_rng(0)
    theirs = generator.random(60) * 0.8
    noise = 0.1 * generator.standard_normal(60)
    low, high = 0.0, 0.2
    for _ in range(40):
        gain = (low + high) / 2
        ours = scores(np.clip(theirs + gain + noise, 0, 1))
        result = of(ours, scores(theirs), level, Scale(0.0, 1.0))
        shown = result.p_value < level
        assert (result.lower > 0) == shown
        low, high = (low, gain) if shown else (gain, high)


def test_a_level_that_the_resamples_cannot_reach_shows_nothing():
    result = of(scores(np.full(300, 0.9)), scores(np.full(300, 0.1)), 1e-7, Scale(0.0, 1.0))
    assert result.p_value >= 1e-7
    assert result.lower == -1.0
    assert result.upper == 1.0


def test_long_texts_that_are_rarely_lost_do_not_hide_behind_many_short_ones():
    """One paragraph in a hundred is twenty times as long, and loses what all others win."""
    chance = np.random.default_rng(0)
    shown = 0
    for _ in range(40):
        long = chance.random(200) < 0.01
        weights = np.where(long, 20.0, 1.0) * chance.lognormal(0, 0.5, 200)
        ours = scores(np.where(long, -1.99, -0.8), weights=weights)
        theirs = scores(np.full(200, -1.0), weights=weights)
        shown += of(ours, theirs, scale=Scale(-5.5, 0.0)).p_value < 0.05
    assert shown <= 4
