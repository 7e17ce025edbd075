import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.workers.division import divide


@pytest.mark.parametrize(
    "workers, hosts, cores, set_aside",
    [
        (1, [8], 8, 8.0),
        (2, [8], 4, 4.0),
        (3, [8], 2, 2.0),
        (3, [8, 4], 4, 4.0),
        (2, [8, 3], 4, 4.0),
        (9, [8], 1, 0.0),
        (1, [], 1, 0.0),
    ],
)
def test_as_many_cores_as_let_all_workers_fit(workers, hosts, cores, set_aside):
    assert divide(workers, hosts) == (cores, set_aside)


def test_hosts_without_room_by_anything_else_count_for_nothing():
    assert divide(4, [8, 64], [4, 0]) == (2, 2.0)
    assert divide(10, [8, 64], [10, 0]) == (1, 0.0)


@given(st.integers(1, 30), st.lists(st.integers(0, 16), max_size=5))
def test_no_host_is_given_more_than_it_has(workers, hosts):
    cores, set_aside = divide(workers, hosts)
    if set_aside:
        assert sum(host // cores for host in hosts) >= workers
        assert sum(host // (cores + 1) for host in hosts) < workers
    else:
        assert sum(hosts) < workers
        assert cores == 1
