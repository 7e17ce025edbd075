from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evomerge.score.proof import permutation
from evomerge.score.proof.permutation import permutation_p


def total(sums):
    return sums.sum(axis=-1)


def curved(sums):
    """Odd and not linear."""
    return np.arctan(sums[..., 0]) + sums[..., 1] ** 3


def p_of(*groups, statistic=total, seed=0):
    return permutation_p(
        [np.array(g, float) for g in groups], statistic, np.random.default_rng(seed)
    )


def test_a_group_without_differences_changes_nothing():
    ours = [1.0, -1.0, 1.0, 1.0]
    assert p_of(ours, [0.0, 0.0]) == p_of(ours, []) == p_of(ours) == 10 / 16


def every_swap(groups, statistic):
    """The p-value by enumeration of all swaps."""
    flat = np.concatenate(groups)
    which = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    signs = np.array([*product([-1, 1], repeat=len(flat))])
    sums = np.stack([(signs * flat)[:, which == g].sum(axis=1) for g in range(len(groups))], axis=1)
    observed = np.array([np.sum(g) for g in groups])
    return np.mean(np.abs(statistic(sums)) >= abs(statistic(observed)) - 1e-12)


@pytest.mark.parametrize("wins, losses", [(10, 2), (30, 20), (5, 5), (12, 0), (300, 250), (1, 0)])
def test_one_binary_task_is_mcnemars_exact_test(wins, losses):
    differences = [1] * wins + [-1] * losses + [0] * 40
    exact = stats.binomtest(wins, wins + losses).pvalue
    assert p_of(differences) == pytest.approx(exact, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1, 1).filter(lambda x: abs(x) > 1e-3), min_size=2, max_size=9))
def test_few_items_of_any_scores_are_exact(differences):
    exact = stats.permutation_test(
        (np.array(differences),), np.sum, permutation_type="samples", n_resamples=np.inf
    )
    assert p_of(differences) == pytest.approx(exact.pvalue, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(*[st.lists(st.sampled_from([-1.0, -0.5, 0.5, 1.0]), min_size=1, max_size=5)] * 2)
def test_a_statistic_that_is_not_linear_is_exact(one, other):
    groups = [np.array(one) / 7, np.array(other) / 3]
    assert p_of(*groups, statistic=curved) == pytest.approx(every_swap(groups, curved), abs=1e-12)


@pytest.mark.parametrize("statistic", [total, curved])
def test_drawn_swaps_agree_with_all_of_them(statistic, monkeypatch):
    generator = np.random.default_rng(3)
    groups = [generator.normal(0.3, 1, 8), generator.normal(0.3, 1, 8)]
    exact = p_of(*groups, statistic=statistic)
    monkeypatch.setattr(permutation, "LIMIT", 1)
    drawn = p_of(*groups, statistic=statistic)
    assert drawn != exact
    assert drawn == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 20_000) ** 0.5 + 1e-4)


def test_many_items_of_any_scores_agree_with_the_normal_theory():
    differences = np.random.default_rng(0).normal(0.1, 1, 400)
    z = differences.sum() / (differences**2).sum() ** 0.5
    assert p_of(differences) == pytest.approx(2 * stats.norm.sf(abs(z)), abs=0.01)


def test_drawn_swaps_never_say_that_something_is_impossible():
    differences = np.random.default_rng(0).random(60)
    assert p_of(differences) == 1 / 20_001


def test_scores_on_a_lattice_are_exact_however_many(monkeypatch):
    """Sums of thirds of an item take few values, so that none has to be drawn."""
    differences = np.random.default_rng(0).integers(-3, 4, 300) / 3 + 0.0
    monkeypatch.setattr(permutation, "_draw", None)
    z = differences.sum() / (differences**2).sum() ** 0.5
    assert p_of(differences) == pytest.approx(2 * stats.norm.sf(abs(z)), abs=0.02)


def test_no_difference_is_no_evidence():
    assert p_of([0, 0, 0]) == 1.0
    assert p_of([], [0]) == 1.0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40))
def test_neither_side_nor_order_nor_equal_pairs_matter(differences):
    p = p_of(differences)
    assert p_of([-d for d in differences]) == p
    assert p_of(differences[::-1]) == pytest.approx(p, rel=1e-9)
    assert p_of([*differences, 0.0, 0.0]) == p
