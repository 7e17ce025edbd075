import numpy as np
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.cma_me import CMA_ME, CmaMe


def algorithm(n=20, starts=(), seed=0, **settings):
    problem = Problem((0.5,) * n, (0,) * n, 2, starts)
    return CmaMe(problem, CMA_ME.settings(**settings), seed)


def outcome(genome, violation=0.0):
    goals = float(np.mean(genome[:10])), float(np.mean(genome[10:]))
    return Outcome((1.0, *goals), violation=violation)


def test_it_fills_more_cells_than_chance():
    """Means of many coordinates are rarely far from the middle."""
    search = algorithm()
    for _ in range(800):
        (one,) = search.ask(1)
        search.tell(one, outcome(one.genome))
    filled = search._grid.stats.num_elites
    drawn = np.random.default_rng(0).random((800, 20))
    goals = np.array([outcome(x).objectives[1:] for x in drawn])
    by_chance = len({*search._grid.index_of(goals).tolist()})
    assert filled > 1.5 * by_chance


def test_it_begins_with_the_starts_and_so_do_its_emitters():
    starts = ((0.1,) * 20, (0.9,) * 20)
    search = algorithm(starts=starts, population=8, emitters=3, sigma=0.01)
    first = search.ask(3)
    assert [one.genome for one in first] == [(0.5,) * 20, *starts]
    for one in first:
        search.tell(one, outcome(one.genome))
    assert search._grid.stats.num_elites == 3
    means = [np.mean([one.genome for one in search.ask(8)]) for _ in range(3)]
    assert means == pytest.approx([0.5, 0.1, 0.9], abs=0.02)


def test_what_violates_floors_is_kept_out_of_the_grid():
    search = algorithm(population=4, emitters=1)
    for _ in range(5):
        for one in search.ask(5):
            search.tell(one, outcome(one.genome, violation=0.5))
    assert search._grid.empty
    for one in search.ask(5):
        search.tell(one, outcome(one.genome))
    assert not search._grid.empty
