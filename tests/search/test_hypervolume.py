from itertools import combinations, product
from operator import lt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.search.hypervolume import hypervolume, knee, spread

STAIRS = [(1.0, 4.0), (2.0, 3.0), (4.0, 1.0)]


def counted(points, goals):
    """Unit cubes below some point."""
    cubes = product(range(5), repeat=goals)
    return sum(any(all(map(lt, cube, point)) for point in points) for cube in cubes)


@pytest.mark.parametrize("goals", [1, 2, 3, 4])
@given(data=st.data())
def test_it_is_the_number_of_unit_cubes_below_whole_points(goals, data):
    whole = st.tuples(*[st.integers(0, 5).map(float)] * goals)
    points = data.draw(st.lists(whole, max_size=6))
    assert hypervolume(points, (0.0,) * goals) == counted(points, goals)


def test_only_what_lies_above_the_reference_counts():
    assert hypervolume(STAIRS, (0.0, 0.0)) == 9.0
    assert hypervolume(STAIRS, (1.0, 1.0)) == 2.0
    assert hypervolume([], (0.0, 0.0)) == 0.0


def test_it_is_pymoos():
    indicators = pytest.importorskip("pymoo.indicators.hv")
    import numpy as np

    points = np.random.default_rng(0).random((12, 3))
    theirs = float(indicators.HV(ref_point=np.zeros(3))(-points))
    assert hypervolume([tuple(p) for p in points.tolist()], (0.0,) * 3) == pytest.approx(theirs)


def test_a_spread_begins_with_the_first_and_covers_nearly_as_much_as_can_be():
    points = [(x, (1 - x**3)) for x in (0.0, 0.1, 0.2, 0.5, 0.8, 0.9, 1.0)]
    for count in (2, 3, 4):
        chosen = spread(points, count, 3)
        assert chosen[0] == 3
        assert len({*chosen}) == count
        most = max(
            hypervolume([points[i] for i in some], (-1.0, -1.0))
            for some in combinations(range(len(points)), count)
        )
        found = hypervolume([points[i] for i in chosen], (-1.0, -1.0))
        assert found >= (1 - 1 / 2.718281828) * most


def test_both_ends_are_in_a_spread_of_three():
    points = [(x / 10, 1 - x / 10) for x in range(11)]
    assert sorted(spread(points, 3, 5)) == [0, 5, 10]


def test_a_spread_of_more_than_there_are_has_them_all():
    assert sorted(spread(STAIRS, 9, 0)) == [0, 1, 2]
    assert spread([(1.0, 1.0)], 4, 0) == [0]


def test_the_knee_gains_most_on_the_line_between_the_ends_in_whatever_unit():
    points = [(0.0, 1.0), (0.5, 0.9), (0.9, 0.3), (1.0, 0.0)]
    assert knee(points) == 1
    assert knee([(1000 * a, b - 7) for a, b in points]) == 1
    assert knee([(0.5, 0.5)]) == 0
