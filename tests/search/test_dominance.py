from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from evomerge.search.dominance import dominates, front


@dataclass(frozen=True)
class Point:
    goals: tuple[float, ...]
    violation: float = 0.0


whole = st.integers(0, 4).map(float)
points = st.builds(Point, st.tuples(whole, whole, whole), st.sampled_from([0.0, 0.0, 1.0]))


def test_better_at_one_goal_and_worse_at_none_dominates():
    assert dominates(Point((1.0, 2.0)), Point((1.0, 1.0)))
    assert not dominates(Point((1.0, 2.0)), Point((2.0, 1.0)))
    assert not dominates(Point((1.0, 2.0)), Point((1.0, 2.0)))


def test_less_violation_comes_before_all_goals():
    assert dominates(Point((0.0, 0.0)), Point((9.0, 9.0), 0.5))
    assert dominates(Point((0.0, 0.0), 0.25), Point((9.0, 9.0), 0.5))
    assert dominates(Point((9.0, 9.0), 0.5), Point((9.0, 8.0), 0.5))


@given(st.lists(points, max_size=12))
def test_a_front_is_what_nothing_dominates_each_place_once(some):
    found = front(some)
    assert len({(one.goals, one.violation) for one in found}) == len(found)
    for one in some:
        is_dominated = any(dominates(other, one) for other in some)
        assert (one in found) == (not is_dominated)
