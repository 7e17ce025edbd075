import numpy as np
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.particle_swarm import ParticleSwarmSettings, make
from tests.search.conformance import history


def swarm(n, seed=0, starts=(), **settings):
    problem = Problem((0.5,) * n, (0,) * n, starts=starts)
    return make(problem, ParticleSwarmSettings(**settings), seed)


def sphere(genome):
    return Outcome((-sum((x - 0.3) ** 2 for x in genome),))


def test_it_comes_to_the_peak():
    *_, last = history(swarm(6), sphere, 150)
    assert np.array([one.genome for one in last]) == pytest.approx(0.3, abs=1e-3)


def test_the_first_swarm_is_the_starts_and_draws_around_the_start():
    starts = (0.0, 0.0), (1.0, 0.0), (0.0, 1.0)
    first = swarm(2, starts=starts, population=400, sigma=0.1).ask(400)
    assert [one.genome for one in first[:4]] == [*starts, (0.5, 0.5)]
    drawn = np.array([one.genome for one in first[4:]])
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.02)
    assert drawn.std(axis=0) == pytest.approx([0.1, 0.1], abs=0.01)


def test_it_flies_as_the_paper_says():
    """Two particles with known draws: eq. 1 and 2 of Kennedy and Eberhart, with inertia."""
    algorithm = swarm(1, starts=((0.2,), (0.4,)), population=2, inertia=0.5, own=1.0, swarm=1.0)
    first, second, third = history(algorithm, lambda genome: Outcome((genome[0],)), 3)
    r = np.random.default_rng(0).random(8).tolist()
    assert [one.genome[0] for one in first] == [0.2, 0.4]
    one = 0.2 + r[1] * (0.4 - 0.2)
    assert [candidate.genome[0] for candidate in second] == pytest.approx([one, 0.4])
    # Both have met 0.4 at best by now, if the first has come no farther.
    best = max(one, 0.4)
    then = one + 0.5 * (one - 0.2) + r[5] * (best - one)
    assert third[0].genome[0] == pytest.approx(then)
    assert third[0].origins == (second[0].number, second[1].number)


def test_what_flies_against_an_edge_stops_there():
    algorithm = swarm(3, starts=((0.9,) * 3,), population=6)
    for generation in history(algorithm, lambda genome: Outcome((sum(genome),)), 40):
        assert all(0.0 <= x <= 1.0 for one in generation for x in one.genome)
    (last,) = history(algorithm, lambda genome: Outcome((sum(genome),)), 1)
    assert np.array([one.genome for one in last]) == pytest.approx(1.0, abs=1e-3)


def test_the_swarm_does_not_gather_where_one_was_lucky():
    luck = [9.0]

    def score(genome):
        error = luck.pop() if luck else 0.0
        return Outcome((sphere(genome).fitness + error,), (error,))

    *_, last = history(swarm(3, starts=((1.0,) * 3,)), score, 60)
    assert np.median([one.genome for one in last], axis=0) == pytest.approx(0.3, abs=0.01)
