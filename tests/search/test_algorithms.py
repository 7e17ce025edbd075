"""Conformance: every algorithm goes through the same tests."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.search.cma_es import CmaEs
from evomerge.search.random_search import RandomSearch

MAKERS = {
    "cma-es": lambda n, seed=0: CmaEs((0.5,) * n, seed=seed),
    "random": lambda n, seed=0: RandomSearch(n, seed=seed),
}
every = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def sphere(vector):
    return -sum((x - 0.3) ** 2 for x in vector)


def history(algorithm, fitness, generations):
    asked = []
    for _ in range(generations):
        vectors = algorithm.ask()
        asked.append(vectors)
        algorithm.tell([fitness(vector) for vector in vectors])
    return asked


@every
@pytest.mark.parametrize("n", [1, 2, 12])
def test_genomes_lie_in_the_unit_cube(make, n):
    for generation in history(make(n), lambda v: sum(v), 15):
        for vector in generation:
            assert len(vector) == n
            assert all(0.0 <= x <= 1.0 for x in vector)


@every
def test_a_search_is_a_function_of_its_history(make):
    first = history(make(5), sphere, 20)
    np.random.seed(123)  # nothing global takes part
    again = make(5)
    assert history(again, sphere, 20) == first
    replayed = make(5)
    for generation in first:
        assert replayed.ask() == generation
        replayed.tell([sphere(vector) for vector in generation])
    assert replayed.ask() == again.ask()
    assert history(make(5, seed=1), sphere, 1) != first[:1]


@every
def test_no_global_generator_is_touched(make):
    np.random.seed(7)
    expected = np.random.random()
    np.random.seed(7)
    history(make(4), sphere, 5)
    assert np.random.random() == expected


@every
def test_ask_and_tell_take_turns(make):
    algorithm = make(3)
    with pytest.raises(RuntimeError, match="without an ask"):
        algorithm.tell([])
    vectors = algorithm.ask()
    with pytest.raises(RuntimeError, match="called twice"):
        algorithm.ask()
    with pytest.raises(ValueError, match=f"expected {len(vectors)} fitness values, got 1"):
        algorithm.tell([1.0])
    with pytest.raises(ValueError, match="NaN"):
        algorithm.tell([math.nan] * len(vectors))
    algorithm.tell([1.0] * len(vectors))


@every
def test_a_generation_of_failures_leaves_the_distribution_alone(make):
    algorithm = make(4)
    history(algorithm, sphere, 3)
    before = algorithm.mean()
    algorithm.tell([None] * len(algorithm.ask()))
    assert algorithm.mean() == before


def test_cma_es_converges_and_chance_does_not():
    def best(algorithm):
        return max(sphere(v) for generation in history(algorithm, sphere, 120) for v in generation)

    assert best(MAKERS["cma-es"](6)) > -1e-8
    assert best(MAKERS["random"](6)) < -1e-4


def test_cma_es_learns_a_valley_that_runs_across():
    def rosenbrock(vector):
        x = [4 * value - 1.5 for value in vector]
        return -sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))

    algorithm = CmaEs((0.5,) * 4, seed=1)
    history(algorithm, rosenbrock, 300)
    assert rosenbrock(algorithm.mean()) > -1e-6


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, 9), max_size=8))
def test_failures_rank_last(failed):
    """A failure counts like a value worse than all others, whatever that value is."""
    told, worst = CmaEs((0.5,) * 3, population=10), CmaEs((0.5,) * 3, population=10)
    vectors = told.ask()
    assert worst.ask() == vectors
    values = [sphere(vector) for vector in vectors]
    told.tell([None if i in failed else value for i, value in enumerate(values)])
    worst.tell([-1e6 if i in failed else value for i, value in enumerate(values)])
    assert told.ask() == worst.ask()


def test_the_start_is_where_it_starts():
    assert CmaEs((0.1, 0.9)).mean() == pytest.approx((0.1, 0.9))
    assert RandomSearch(2).mean() is None
