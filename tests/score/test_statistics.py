import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evomerge.ledger import ItemScore
from evomerge.score.statistics import compare


def scores(values, task="t", weights=None):
    weights = weights if weights is not None else [1.0] * len(values)
    return [
        ItemScore(task, str(i), float(v), float(w))
        for i, (v, w) in enumerate(zip(values, weights, strict=True))
    ]


def coin(n, p, seed):
    return (np.random.default_rng(seed).random(n) < p).astype(float)


def test_the_difference_is_that_of_the_weighted_means():
    ours = scores([1, 0, 1, 1]) + scores([1.0, 3.0], "u", [1, 3])
    theirs = scores([0, 0, 1, 0]) + scores([0.0, 2.0], "u", [1, 3])
    result = compare(ours, theirs, {"t": 1.0, "u": 3.0}, 0)
    assert result.difference == pytest.approx((1 * 0.5 + 3 * 1.0) / 4)
    assert result.items == 6


def test_tasks_of_weight_0_do_not_count():
    ours, theirs = scores([1, 1]) + scores([0] * 9, "u"), scores([1, 0]) + scores([1] * 9, "u")
    result = compare(ours, theirs, {"t": 1.0, "u": 0.0}, 0)
    assert (result.difference, result.items) == (0.5, 2)


def test_the_p_value_of_one_binary_task_is_that_of_the_sign_test():
    """Exact McNemar (two-sided binomial), where a permutation of signs is the same test."""
    for wins, losses in [(10, 2), (30, 20), (5, 5), (12, 0)]:
        ours = scores([1] * wins + [0] * losses + [1] * 40)
        theirs = scores([0] * wins + [1] * losses + [1] * 40)
        exact = stats.binomtest(wins, wins + losses).pvalue
        ours_p = compare(ours, theirs, {"t": 1.0}, 0).p_value
        assert ours_p == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 20_000) ** 0.5 + 1e-4)


def test_the_interval_is_that_of_the_normal_theory_when_there_are_many_items():
    ours, theirs = coin(800, 0.7, 1), coin(800, 0.5, 2)
    result = compare(scores(ours), scores(theirs), {"t": 1.0}, 0)
    half = 1.96 * (ours - theirs).std() / 800**0.5
    assert result.ci95 == pytest.approx(
        (result.difference - half, result.difference + half), abs=0.004
    )


def test_equal_models_are_rarely_called_different():
    """5 % or fewer of comparisons between equals come out below 0.05, within sampling error."""
    below = 0
    for seed in range(200):
        ours, theirs = coin(60, 0.5, 2 * seed), coin(60, 0.5, 2 * seed + 1)
        below += compare(scores(ours), scores(theirs), {"t": 1.0}, seed).p_value < 0.05
    assert below <= 20


def test_identical_scores_are_no_evidence():
    same = scores(coin(50, 0.5, 0))
    result = compare(same, same, {"t": 1.0}, 0)
    assert (result.difference, result.ci95, result.p_value) == (0.0, (0.0, 0.0), 1.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=40))
def test_swapping_the_sides_turns_the_sign(pairs):
    ours, theirs = scores([a for a, _ in pairs]), scores([b for _, b in pairs])
    one, other = compare(ours, theirs, {"t": 1.0}, 3), compare(theirs, ours, {"t": 1.0}, 3)
    assert one.difference == -other.difference
    assert one.p_value == other.p_value
    assert one.ci95 == pytest.approx((-other.ci95[1], -other.ci95[0]), abs=1e-12)


def test_the_seed_alone_decides():
    ours, theirs = scores(coin(80, 0.6, 0)), scores(coin(80, 0.5, 1))
    assert compare(ours, theirs, {"t": 1.0}, 5) == compare(ours, theirs, {"t": 1.0}, 5)


def test_the_order_of_the_scores_does_not_matter():
    ours, theirs = scores(coin(80, 0.6, 0)), scores(coin(80, 0.5, 1))
    expected = compare(ours, theirs, {"t": 1.0}, 5)
    assert compare(ours[::-1], theirs, {"t": 1.0}, 5) == expected
    assert compare(ours, theirs[::-1], {"t": 1.0}, 5) == expected


def test_only_the_same_items_can_be_compared():
    with pytest.raises(ValueError, match="the same items"):
        compare(scores([1, 0]), scores([1, 0, 1]), {"t": 1.0}, 0)
