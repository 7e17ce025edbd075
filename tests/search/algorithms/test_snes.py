import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.snes import LEAST_STEP, Snes, SnesSettings, utilities
from tests.search.conformance import history


def snes(n, seed=0, start=0.5, **settings):
    return Snes(Problem((start,) * n, (0,) * n), SnesSettings(**settings), seed)


def near(centre, power=0):
    """A bowl about a point, whose last coordinate counts 10^power times what its first does."""

    def score(genome):
        scale = np.logspace(0, power, len(genome))
        return Outcome((-float((scale * (np.array(genome) - centre) ** 2).sum()),))

    return score


@pytest.mark.parametrize("centre", [0.3, 0.0, 1.0])
def test_it_comes_to_the_peak_inside_and_on_the_edge(centre):
    algorithm = snes(6)
    history(algorithm, near(centre), 250)
    assert algorithm.mean() == pytest.approx((centre,) * 6, abs=1e-6)


def test_it_learns_a_step_for_each_coordinate():
    algorithm = snes(10)
    history(algorithm, near(0.3, power=4), 250)
    assert algorithm.mean() == pytest.approx((0.3,) * 10, abs=1e-3)


def test_a_generation_moves_it_as_the_paper_says():
    """Algorithm SNES in the paper's letters, in NumPy; far from the edges."""
    n, size, sigma = 3, 8, 0.05
    algorithm = snes(n, seed=4, population=size, sigma=sigma)
    s = np.random.default_rng(4).standard_normal((size, n))
    mu = np.full(n, 0.5)
    z = mu + sigma * s
    order = np.argsort(((z - 0.4) ** 2).sum(1))
    raw = np.maximum(0, np.log(size / 2 + 1) - np.log(np.arange(size) + 1))
    u = raw / raw.sum() - 1 / size
    expected = mu + sigma * (u[:, None] * s[order]).sum(0)
    steps = sigma * np.exp(
        (3 + np.log(n)) / (5 * np.sqrt(n)) / 2 * (u[:, None] * (s[order] ** 2 - 1)).sum(0)
    )
    (asked,) = history(algorithm, near(0.4), 1)
    assert np.array([candidate.genome for candidate in asked]) == pytest.approx(z)
    assert algorithm.mean() == pytest.approx(expected)
    again = np.random.default_rng(4).standard_normal((2 * size, n))[size:]
    following = [candidate.genome for candidate in algorithm.ask(size)]
    assert np.array(following) == pytest.approx(expected + steps * again)


@given(st.integers(2, 60))
def test_utilities_fall_add_up_to_nothing_and_are_equal_where_nothing_is_selected(population):
    worth = utilities(population)
    assert worth == sorted(worth, reverse=True)
    assert math.fsum(worth) == pytest.approx(0, abs=1e-12)
    selected = snes(2, population=population).selects(population)
    assert set(worth[selected:]) == {-1 / population}
    assert worth[selected - 1] > -1 / population


def test_its_steps_never_vanish():
    """On the edge each generation makes them smaller; it goes on for ever all the same."""
    algorithm = snes(1, start=0.0)
    *_, last = history(algorithm, near(0.0), 6000)
    assert max(candidate.genome[0] for candidate in last) < 10 * LEAST_STEP
    history(algorithm, near(0.9), 400)
    assert algorithm.mean() == pytest.approx((0.9,), abs=1e-3)


def test_generations_have_the_usual_size():
    assert [snes(n).population for n in (1, 2, 12, 100)] == [4, 6, 11, 17]
