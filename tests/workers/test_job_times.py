from hypothesis import given
from hypothesis import strategies as st

from evomerge.workers.job_times import FACTOR, FLOOR_S, PATIENCE, UNKNOWN_S, JobTimes

seconds = st.floats(0.001, 1e5)
sizes = st.integers(1, 10_000)


@given(st.lists(st.tuples(sizes, seconds), min_size=1, max_size=20), st.data())
def test_nothing_is_ended_that_is_as_fast_as_any_that_was_answered(answered, data):
    times = JobTimes()
    for size, took in answered:
        times = times.after(size, took)
    size, took = data.draw(st.sampled_from(answered))
    assert times.limit_s(size, 1) >= FACTOR * took * (1 - 1e-9)
    more = data.draw(st.integers(1, 100))
    assert times.limit_s(size * more, 1) >= FACTOR * took * more * (1 - 1e-9)


def test_few_items_do_not_shorten_the_limit_and_more_items_lengthen_it():
    times = JobTimes().after(size=100, took_s=50.0)
    assert times.limit_s(1, 1) == times.limit_s(100, 1) == 500.0
    assert times.limit_s(300, 1) == 1500.0
    assert times.limit_s(300, 2) == PATIENCE * 1500.0


def test_nothing_is_known_before_the_first_and_quick_jobs_have_a_floor():
    assert JobTimes().limit_s(5, 1) == UNKNOWN_S
    assert JobTimes().after(10, 0.01).limit_s(10, 1) == FLOOR_S
