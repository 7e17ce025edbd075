import threading

import pytest

from evomerge.workers.pool import judging_pool


@pytest.mark.parametrize("concurrent", [False, True])
def test_one_thread_takes_one_after_the_other(concurrent):
    taken, threads = [], set()

    def take(number):
        taken.append(number)
        threads.add(threading.current_thread())
        return number * number

    with judging_pool(concurrent) as pool:
        futures = [pool.submit(take, number) for number in range(20)]
        assert [future.result() for future in futures] == [n * n for n in range(20)]
    assert taken == [*range(20)]
    assert len(threads) == 1
    assert (threading.current_thread() in threads) is not concurrent


@pytest.mark.parametrize("concurrent", [False, True])
def test_what_is_raised_is_raised_where_the_result_is_asked_for(concurrent):
    def fail():
        raise ValueError("odd")

    with judging_pool(concurrent) as pool:
        future = pool.submit(fail)
        with pytest.raises(ValueError, match="odd"):
            future.result()
