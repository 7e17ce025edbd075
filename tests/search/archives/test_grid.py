import pytest

from evomerge.search import Candidate, Outcome
from evomerge.search.archives.grid import NicheGrid


def add(grid, number, fitness, *goals, violation=0.0):
    outcome = Outcome((fitness, *goals), violation=violation)
    grid.add(Candidate(number, 0, number, (0.5,), "sample"), outcome)


@pytest.mark.parametrize(
    "goals, cell",
    [((0.0, 0.0), (0, 0)), ((0.24, 0.26), (0, 1)), ((1.0, 0.99), (3, 3)), ((-5.0, 7.0), (0, 3))],
)
def test_cells_are_equal_parts_and_the_outermost_take_all_beyond(goals, cell):
    assert NicheGrid(4, 0.0, 1.0).cell(goals) == cell


def test_a_cell_has_the_fittest_of_its_own_and_of_equals_the_first():
    grid = NicheGrid(4, 0.0, 1.0)
    add(grid, 0, 0.5, 0.1, 0.1)
    add(grid, 1, 0.9, 0.2, 0.2)
    add(grid, 2, 0.9, 0.2, 0.2)
    add(grid, 3, 0.1, 0.9, 0.2)
    assert [one.candidate.number for one in grid.occupants] == [1, 3]
    assert len(grid) == 2


def test_less_violation_comes_before_fitness():
    grid = NicheGrid(4, 0.0, 1.0)
    add(grid, 0, 0.9, 0.1, 0.1, violation=0.5)
    add(grid, 1, 0.1, 0.1, 0.1)
    add(grid, 2, 0.9, 0.1, 0.1, violation=0.1)
    assert [one.candidate.number for one in grid.occupants] == [1]
