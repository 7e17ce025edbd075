from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evomerge.ledger import ItemScore
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.statistics import (
    compare,
    compare_task,
    corrected_for_openings,
    holm,
    non_inferior,
)

ONE = Aggregate({"t": 1.0})
RANGES = {"t": (0.0, 0.5), "u": (0.2, 0.4)}


def scores(values, task="t", weights=None):
    weights = weights if weights is not None else [1.0] * len(values)
    return [
        ItemScore(task, str(i), float(v), float(w))
        for i, (v, w) in enumerate(zip(values, weights, strict=True))
    ]


def coin(n, p, seed):
    return (np.random.default_rng(seed).random(n) < p).astype(float)


def wins_and_losses(wins, losses, ties):
    return scores([1] * wins + [0] * losses + [1] * ties), scores(
        [0] * wins + [1] * losses + [1] * ties
    )


def test_the_difference_is_that_of_the_weighted_means():
    ours = scores([1, 0, 1, 1]) + scores([1.0, 3.0], "u", [1, 3])
    theirs = scores([0, 0, 1, 0]) + scores([0.0, 2.0], "u", [1, 3])
    result = compare(ours, theirs, Aggregate({"t": 1.0, "u": 3.0}), 0)
    assert result.difference == pytest.approx((1 * 0.5 + 3 * 1.0) / 4)
    assert result.items == 6


@pytest.mark.parametrize("how", ["raw", "range", "geometric"])
def test_the_difference_is_that_of_the_fitness(how):
    aggregate = Aggregate({"t": 1.0, "u": 3.0}, how, RANGES)
    ours, theirs = (
        scores([1, 0, 1, 1]) + scores([1, 1], "u"),
        scores([0, 0, 1, 0]) + scores([0, 1], "u"),
    )
    expected = aggregate.fitness({"t": 0.75, "u": 1.0}) - aggregate.fitness({"t": 0.25, "u": 0.5})
    assert compare(ours, theirs, aggregate, 0).difference == pytest.approx(expected)


def test_tasks_of_weight_0_do_not_count():
    ours, theirs = scores([1, 1]) + scores([0] * 9, "u"), scores([1, 0]) + scores([1] * 9, "u")
    result = compare(ours, theirs, Aggregate({"t": 1.0, "u": 0.0}), 0)
    assert (result.difference, result.items) == (0.5, 2)


def test_a_task_of_weight_0_can_be_compared_alone():
    ours, theirs = scores([1, 1]) + scores([0] * 9, "u"), scores([1, 0]) + scores([1] * 9, "u")
    result = compare_task(ours, theirs, "u", 0)
    assert (result.difference, result.items, result.p_value) == (-1.0, 9, 2 / 2**9)


def test_a_task_that_was_not_scored_cannot_be_compared():
    ours, theirs = wins_and_losses(1, 1, 1)
    with pytest.raises(ValueError, match="no task with a weight"):
        compare_task(ours, theirs, "u", 0)
    with pytest.raises(ValueError, match="no items of u"):
        non_inferior(ours, theirs, "u", 0.05, 0.05, 0)


@pytest.mark.parametrize("wins, losses", [(10, 2), (30, 20), (5, 5), (12, 0)])
def test_the_p_value_of_one_binary_task_is_mcnemars(wins, losses):
    ours, theirs = wins_and_losses(wins, losses, 40)
    exact = stats.binomtest(wins, wins + losses).pvalue
    assert compare(ours, theirs, ONE, 0).p_value == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("how", ["raw", "range", "geometric"])
def test_the_p_value_is_that_of_all_swaps_of_the_two_models_answers(how):
    """Every swap is made, and the fitness of both models computed anew from their scores."""
    aggregate = Aggregate({"t": 1.0, "u": 2.0}, how, RANGES)
    generator = np.random.default_rng(1)
    mine, other = generator.random((2, 5)), generator.random((2, 5)) * 0.7
    ours, theirs = scores(mine[0]) + scores(mine[1], "u"), scores(other[0]) + scores(other[1], "u")

    def gain(swapped):
        left, right = np.where(swapped, other, mine), np.where(swapped, mine, other)
        return float(
            aggregate.of(left.mean(axis=1), ["t", "u"])
            - aggregate.of(right.mean(axis=1), ["t", "u"])
        )

    gains = [gain(np.reshape(swaps, (2, 5))) for swaps in product([False, True], repeat=10)]
    expected = np.mean(np.abs(gains) >= abs(gains[0]) - 1e-12)
    assert compare(ours, theirs, aggregate, 0).p_value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("how", ["raw", "geometric"])
def test_equal_models_are_rarely_called_different(how):
    """5 % or fewer of comparisons between equals come out below 0.05, within sampling error."""
    aggregate, below = Aggregate({"t": 1.0, "u": 1.0}, how), 0
    for seed in range(200):
        ours, theirs = (
            scores(coin(40, 0.5, [seed, side, 0])) + scores(coin(20, 0.2, [seed, side, 1]), "u")
            for side in (0, 1)
        )
        below += compare(ours, theirs, aggregate, seed).p_value < 0.05
    assert below <= 20


@pytest.mark.parametrize("items", [12, 50, 200])
@pytest.mark.parametrize("win, loss", [(0.1, 0.1), (0.1, 0.02), (0.3, 0.1)])
def test_intervals_of_binary_scores_cover_the_truth(items, win, loss):
    """95 % or more, within sampling error; without imagined items it is 0.7 for few rare losses."""
    generator, covered = np.random.default_rng(0), 0
    for seed in range(150):
        kinds = generator.multinomial(items, [win, loss, 1 - win - loss])
        low, high = compare(*wins_and_losses(*kinds), ONE, seed).ci95
        covered += low <= win - loss <= high
    assert covered >= 150 * 0.95 - 3 * (150 * 0.95 * 0.05) ** 0.5


@pytest.mark.parametrize("items", [12, 30])
def test_intervals_of_continuous_scores_cover_the_truth(items):
    generator, covered = np.random.default_rng(0), 0
    for seed in range(80):
        ours, theirs = generator.normal(0.3, 1, items), generator.normal(0, 1, items)
        low, high = compare(scores(ours), scores(theirs), ONE, seed).ci95
        covered += low <= 0.3 <= high
    assert covered >= 80 * 0.95 - 3 * (80 * 0.95 * 0.05) ** 0.5


def test_the_interval_is_that_of_the_normal_theory_when_there_are_many_items():
    ours, theirs = coin(800, 0.7, 1), coin(800, 0.5, 2)
    result = compare(scores(ours), scores(theirs), ONE, 0)
    half = 1.96 * (ours - theirs).std() / 800**0.5
    assert result.ci95 == pytest.approx(
        (result.difference - half, result.difference + half), abs=0.004
    )


def test_identical_scores_are_no_evidence_of_anything():
    same = scores(coin(50, 0.5, 0))
    result = compare(same, same, ONE, 0)
    assert (result.difference, result.p_value) == (0.0, 1.0)
    assert result.ci95[0] < -0.03
    assert result.ci95[1] > 0.03


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=40))
def test_swapping_the_sides_turns_the_sign(pairs):
    ours, theirs = scores([a for a, _ in pairs]), scores([b for _, b in pairs])
    one, other = compare(ours, theirs, ONE, 3), compare(theirs, ours, ONE, 3)
    assert one.difference == -other.difference
    assert one.p_value == other.p_value
    width = one.ci95[1] - one.ci95[0]
    assert one.ci95 == pytest.approx((-other.ci95[1], -other.ci95[0]), abs=0.04 * width)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 30), st.integers(0, 30))
def test_equal_items_change_no_p_value(wins, losses, ties, more):
    few, many = wins_and_losses(wins, losses, ties + 1), wins_and_losses(wins, losses, ties + more)
    if wins + losses + ties + more:
        assert compare(*few, ONE, 0).p_value == compare(*many, ONE, 0).p_value


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(0.01, 100), how=st.sampled_from(["raw", "range", "geometric"]))
def test_only_the_ratio_of_weights_matters(scale, how):
    ours, theirs = scores(coin(30, 0.6, 0)), scores(coin(30, 0.5, 1))
    ours, theirs = ours + scores(coin(9, 0.6, 2), "u"), theirs + scores(coin(9, 0.5, 3), "u")
    one, other = (
        compare(ours, theirs, Aggregate({"t": w, "u": 3 * w}, how, RANGES), 0) for w in (1.0, scale)
    )
    assert one.difference == pytest.approx(other.difference)
    assert one.ci95 == pytest.approx(other.ci95)
    assert one.p_value == pytest.approx(other.p_value)


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["raw", "geometric"]))
def test_the_order_of_the_scores_changes_no_bit(random, how):
    aggregate = Aggregate({"t": 1.0, "u": 2.0}, how)
    values = np.random.default_rng(0).random((4, 25))
    ours = scores(values[0]) + scores(values[1], "u")
    theirs = scores(values[2]) + scores(values[3], "u")
    expected = compare(ours, theirs, aggregate, 5), non_inferior(ours, theirs, "u", 0.1, 0.05, 5)
    random.shuffle(ours)
    random.shuffle(theirs)
    assert compare(ours, theirs, aggregate, 5) == expected[0]
    assert non_inferior(ours, theirs, "u", 0.1, 0.05, 5) == expected[1]


def test_only_the_same_items_can_be_compared():
    with pytest.raises(ValueError, match="the same items"):
        compare(scores([1, 0]), scores([1, 0, 1]), ONE, 0)


@pytest.mark.parametrize("losses, items", [(0, 3), (0, 60), (2, 40), (15, 100)])
def test_the_bound_without_wins_is_that_of_clopper_and_pearson(losses, items):
    ours, theirs = wins_and_losses(0, losses, items - losses)
    exact = stats.binomtest(losses, items, alternative="less").proportion_ci(0.95).high
    result = non_inferior(ours, theirs, "t", 0.05, 0.05, 0)
    assert result.lower == pytest.approx(-exact, rel=0.03)
    assert result.difference == pytest.approx(-losses / items)


def test_few_items_show_nothing():
    same = scores([1, 1, 1])
    assert not non_inferior(same, same, "t", 0.05, 0.05, 0).shown
    assert not non_inferior(scores([1, 1, 1]), scores([0, 0, 0]), "t", 0.05, 0.05, 0).shown


def test_many_items_show_that_nothing_was_lost():
    result = non_inferior(*wins_and_losses(40, 40, 1920), "t", 0.05, 0.05, 0)
    assert result.shown
    normal = -1.645 * (80 / 2000 / 2000) ** 0.5
    assert result.lower == pytest.approx(normal, rel=0.1)


@pytest.mark.parametrize("items", [30, 200])
@pytest.mark.parametrize("win", [0.0, 0.1])
def test_a_task_on_its_margin_is_rarely_shown_to_keep_it(items, win):
    """5 % or fewer, within sampling error, where the true loss is the margin."""
    generator, shown = np.random.default_rng(0), 0
    for seed in range(200):
        kinds = generator.multinomial(items, [win, win + 0.1, 0.9 - 2 * win])
        shown += non_inferior(*wins_and_losses(*kinds), "t", 0.1, 0.05, seed).shown
    assert shown <= 19


def test_continuous_scores_have_the_bound_of_the_normal_theory():
    generator = np.random.default_rng(0)
    ours, theirs = generator.normal(-2, 0.3, 400), generator.normal(-2, 0.3, 400)
    result = non_inferior(scores(ours), scores(theirs), "t", 0.1, 0.05, 0)
    normal = result.difference - 1.645 * (ours - theirs).std() / 20
    assert normal - 0.01 < result.lower < normal


def test_holm_by_hand():
    """0.01 * 4, 0.02 * 3, then 0.03 * 2 and 0.04 * 1, which may not fall below 0.06."""
    assert holm({"d": 0.04, "a": 0.01, "c": 0.03, "b": 0.02}) == pytest.approx(
        {"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.06}
    )
    assert holm({"a": 0.9, "b": 0.6}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_lies_between_none_and_bonferroni(p_values):
    corrected = holm(p_values)
    assert [*corrected] == [*p_values]
    for name, p in p_values.items():
        assert p <= corrected[name] <= min(1.0, len(p_values) * p)
        assert all(corrected[name] <= corrected[other] for other in p_values if p < p_values[other])


def test_every_opening_of_the_test_items_counts():
    assert corrected_for_openings(0.02, 1) == 0.02
    assert corrected_for_openings(0.02, 3) == pytest.approx(0.06)
    assert corrected_for_openings(0.5, 3) == 1.0
