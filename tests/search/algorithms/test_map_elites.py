import numpy as np
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.map_elites import MAP_ELITES, MapElites


def algorithm(n=2, starts=(), **settings):
    problem = Problem((0.5,) * n, (0,) * n, 2, starts)
    return MapElites(problem, MAP_ELITES.settings(**settings), 0)


def test_it_begins_with_the_starts_then_draws_then_varies_occupants():
    starts = ((0.25, 0.25), (0.75, 0.75))
    search = algorithm(starts=starts, draws=3)
    asked = search.ask(5)
    assert [one.operator for one in asked] == ["start"] * 2 + ["sample"] * 3
    for one in asked:
        search.tell(one, Outcome((1.0, *one.genome)))
    (child,) = search.ask(1)
    assert child.operator == "line"
    assert {*child.origins} <= {one.number for one in asked}


def test_a_child_lies_about_the_line_through_two_occupants():
    search = algorithm(starts=((0.25, 0.25), (0.75, 0.75)), sigma_iso=0.0, sigma_line=0.1)
    for one in search.ask(2):
        search.tell(one, Outcome((1.0, *one.genome)))
    search._draws = 0
    children = search.ask(40)
    assert all(one.genome[0] == pytest.approx(one.genome[1]) for one in children)
    assert len({one.genome for one in children}) > 10


def test_it_fills_more_cells_than_chance():
    """Means of many coordinates are rarely far from the middle."""

    def outcome(genome):
        return Outcome((1.0, float(np.mean(genome[:10])), float(np.mean(genome[10:]))))

    search = algorithm(20, sigma_iso=0.1, sigma_line=1.0)
    for _ in range(800):
        (one,) = search.ask(1)
        search.tell(one, outcome(one.genome))
    drawn = np.random.default_rng(0).random((800, 20))
    by_chance = {search._grid.cell(outcome(x).objectives[1:]) for x in drawn}
    assert len(search._grid) > 1.5 * len(by_chance)


def test_a_grid_without_room_is_refused():
    with pytest.raises(ValueError, match=r"low 1 must be less than high 0.5"):
        MAP_ELITES.settings(low=1.0, high=0.5)
