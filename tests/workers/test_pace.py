from hypothesis import given
from hypothesis import strategies as st

from evomerge.workers.pace import FACTOR, FLOOR_S, PATIENCE, UNKNOWN_S, Pace

seconds = st.floats(0.001, 1e5)
sizes = st.integers(1, 10_000)


@given(st.lists(st.tuples(sizes, seconds), min_size=1, max_size=20), st.data())
def test_nothing_is_ended_that_is_as_fast_as_any_that_was_answered(answered, data):
    pace = Pace()
    for size, took in answered:
        pace = pace.after(size, took)
    size, took = data.draw(st.sampled_from(answered))
    assert pace.limit_s(size, 1) >= FACTOR * took * (1 - 1e-9)
    more = data.draw(st.integers(1, 100))
    assert pace.limit_s(size * more, 1) >= FACTOR * took * more * (1 - 1e-9)


def test_few_items_do_not_shorten_the_limit_and_more_items_lengthen_it():
    pace = Pace().after(size=100, took_s=50.0)
    assert pace.limit_s(1, 1) == pace.limit_s(100, 1) == 500.0
    assert pace.limit_s(300, 1) == 1500.0
    assert pace.limit_s(300, 2) == PATIENCE * 1500.0


def test_nothing_is_known_before_the_first_and_quick_jobs_have_a_floor():
    assert Pace().limit_s(5, 1) == UNKNOWN_S
    assert Pace().after(10, 0.01).limit_s(10, 1) == FLOOR_S
