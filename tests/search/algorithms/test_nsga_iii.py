from evomerge.search import Problem
from evomerge.search.algorithms.nsga_iii import NSGA_III
from tests.search.conformance import history, new, sphere


def test_there_are_as_many_directions_as_the_population_can_follow():
    """Of two goals p + 1 points divide a side in p parts; of three (p + 1)(p + 2) / 2."""
    search = new(NSGA_III, 2, settings={"population": 8})
    history(search, sphere(NSGA_III), 2)
    assert len(search._algorithm.ref_dirs) == 8
    three = NSGA_III.make(Problem((0.5,), (0,), 3), NSGA_III.settings(population=20), 0)
    assert len(three._algorithm.ref_dirs) == 15
