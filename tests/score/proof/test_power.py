from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import ItemScore
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.power import describe, detectable, detectable_in, detectable_margin
from evomerge.score.proof.scale import Scale
from evomerge.score.proof.statistics import compare, non_inferior

ONE = Aggregate({"t": 1.0})
RUNS = 300


def drawn(task, items, rise, discordance, generator):
    """Scores of two models of which one is better by so much, and that disagree on such a share."""
    chances = [(discordance + rise) / 2, (discordance - rise) / 2, 1 - discordance]
    wins, losses, ties = generator.multinomial(items, chances)

    def side(values):
        return [ItemScore(task, str(i), float(value)) for i, value in enumerate(values)]

    return side([1] * wins + [0] * losses + [1] * ties), side(
        [0] * wins + [1] * losses + [1] * ties
    )


def power_of(items, aggregate, rise, discordance):
    """The share of simulated comparisons that show a rise of every task's mean."""
    generator, shown = np.random.default_rng(0), 0
    for seed in range(RUNS):
        sides = [drawn(task, n, rise, discordance, generator) for task, n in items.items()]
        ours, theirs = ([*chain(*side)] for side in zip(*sides, strict=True))
        shown += compare(ours, theirs, aggregate, seed).p_value < 0.05
    return shown / RUNS


@pytest.mark.parametrize("items, discordance", [(200, 0.1), (200, 0.5), (60, 0.5)])
def test_a_gain_is_shown_with_the_power_that_was_promised(items, discordance):
    gain = detectable({"t": items}, ONE, 0.05, discordance=discordance)
    assert power_of({"t": items}, ONE, gain, discordance) == pytest.approx(0.8, abs=0.07)


def test_so_is_a_gain_on_two_tasks_of_different_sizes():
    items, aggregate = {"t": 150, "u": 60}, Aggregate({"t": 1.0, "u": 1.0})
    gain = detectable(items, aggregate, 0.05, discordance=0.3)
    assert power_of(items, aggregate, gain, 0.3) == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize("items, discordance", [(200, 0.1), (200, 0.5), (50, 0.3)])
def test_a_margin_is_shown_with_the_power_that_was_promised(items, discordance):
    margin = detectable_margin(items, 0.05, discordance=discordance)
    generator = np.random.default_rng(0)
    shown = sum(
        non_inferior(*drawn("t", items, 0.0, discordance, generator), "t", margin, 0.05, seed).shown
        for seed in range(RUNS)
    )
    assert shown / RUNS == pytest.approx(0.8, abs=0.08)


@pytest.mark.parametrize("items, low", [(60, -1.0), (400, -10.0)])
def test_less_cannot_be_shown_even_if_every_item_gains(items, low):
    least = detectable_in(-low, items, 0.05)

    def shown(gain):
        ours, theirs = (
            [ItemScore("t", str(i), x) for i in range(items)] for x in (gain + low / 2, low / 2)
        )
        return compare(ours, theirs, ONE, scales={"t": Scale(low, 0.0)}).p_value < 0.05

    assert shown(1.1 * least)
    assert not shown(0.9 * least)


def test_the_normal_theory_by_hand():
    """(1.645 + 0.842) standard errors of the mean of 200 items and 1.35 imagined ones: 0.123."""
    imagined = 1.64485**2 / 2
    moved = 0.1233 * 200 / (200 + imagined)
    spread = (0.5 * 200 + imagined) / (200 + imagined) - moved**2
    assert 2.48647 * (spread / (200 + imagined)) ** 0.5 == pytest.approx(moved, rel=1e-3)
    assert detectable({"t": 200}, ONE, 0.05, discordance=0.5) == pytest.approx(0.1233, rel=1e-3)


def test_a_range_puts_the_gain_in_its_own_unit():
    of_range = Aggregate({"t": 1.0}, "range", {"t": (0.3, 0.5)})
    raw = detectable({"t": 200}, ONE, 0.05)
    assert detectable({"t": 200}, of_range, 0.05) == pytest.approx(raw / 0.2)


def test_tasks_of_weight_0_show_nothing():
    with_guard = Aggregate({"t": 1.0, "guard": 0.0})
    assert detectable({"t": 90, "guard": 900}, with_guard, 0.05) == detectable({"t": 90}, ONE, 0.05)
    with pytest.raises(ValueError, match="no task with a weight"):
        detectable({"guard": 900}, with_guard, 0.05)


@given(st.integers(5, 5000), st.floats(0.02, 0.9), st.floats(1e-4, 0.2))
def test_more_items_more_agreement_and_more_errors_show_more(items, discordance, alpha):
    gain = detectable({"t": items}, ONE, alpha, discordance=discordance)
    assert 0 < gain <= 1
    assert detectable({"t": 2 * items}, ONE, alpha, discordance=discordance) <= gain
    assert detectable({"t": items}, ONE, alpha, discordance=discordance + 0.1) >= gain
    assert detectable({"t": items}, ONE, alpha / 2, discordance=discordance) >= gain
    margin = detectable_margin(items, alpha, discordance=discordance)
    assert 1 - alpha ** (1 / items) <= margin <= 1
    assert detectable_margin(2 * items, alpha, discordance=discordance) <= margin


def test_the_line_for_the_user():
    counted = Aggregate({"t": 1.0, "guard": 0.0})
    assert describe(240, {"t": 200, "guard": 50}, counted, 0.03) == (
        "240 test items: gains under 6 points cannot be shown at 80 % power where winner and "
        "parent disagree on 10% of the items, under 13 points where they disagree on 50%"
    )
