"""Work on several cores: in order, with the same bits, and nothing goes on behind an error."""

import os
import threading
import time

import pytest
import torch

from evomerge.cores import Cores, available_cores


def test_results_come_in_the_order_of_the_items_whichever_ends_first():
    second = threading.Event()

    def square(number):
        if number == 0:
            assert second.wait(60)  # the one after it ends before it
        if number == 1:
            second.set()
        return number**2

    with Cores(2) as cores:
        assert [*cores.map(square, range(20))] == [n**2 for n in range(20)]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_items_are_taken_before_a_result_is(count):
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    with Cores(count) as cores:
        results = cores.map(abs, items())
        for number in range(50):
            assert next(results) == number
            assert number < len(taken) <= number + 1 + count
        results.close()
    assert len(taken) < 100


@pytest.mark.parametrize("count", [1, 3])
def test_an_error_comes_in_the_place_of_a_result(count):
    with Cores(count) as cores:
        results = cores.map(lambda number: 6 // (3 - number), range(9))
        assert [next(results) for _ in range(3)] == [2, 3, 6]
        with pytest.raises(ZeroDivisionError):
            next(results)


@pytest.mark.parametrize("count", [1, 3])
def test_each_item_is_worked_on_once(count):
    done = []
    with Cores(count) as cores:
        cores.each(done.append, range(200))
    assert sorted(done) == [*range(200)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_error_ends_it_and_leaves_nothing_at_work(count):
    begun, ended = [], []

    def work(number):
        begun.append(number)
        time.sleep(0.001)
        ended.append(number)
        if number == 3:
            raise ValueError("the third")

    with Cores(count) as cores:
        with pytest.raises(ValueError, match="the third"):
            cores.each(work, range(5000))
        assert sorted(begun) == sorted(ended)
        time.sleep(0.01)
        assert len(begun) == len(ended) < 5000


def test_torch_keeps_to_one_core_in_each_thread_and_is_as_before_at_the_end():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with Cores(3) as cores:
            assert torch.get_num_threads() == 1
            assert {*cores.map(lambda _: torch.get_num_threads(), range(30))} == {1}
        assert torch.get_num_threads() == 2
        with pytest.raises(KeyError), Cores(3):
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_products_have_the_same_bits_on_any_number_of_cores():
    generator = torch.Generator().manual_seed(0)
    factors = [torch.randn(2, 150, 150, generator=generator) for _ in range(8)]
    found = []
    for count in (1, 2, 5):
        with Cores(count) as cores:
            found.append(torch.stack([*cores.map(lambda pair: pair[0] @ pair[1], factors)]))
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system binds no threads")
def test_cores_are_those_that_the_process_may_run_on():
    before = os.sched_getaffinity(0)
    assert available_cores() == Cores().count == len(before)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert available_cores() == Cores().count == 1
    finally:
        os.sched_setaffinity(0, before)


def test_a_gpu_takes_one_piece_of_work_at_a_time():
    assert Cores.on(torch.device("cuda"), 8).count == 1
    assert Cores.on(torch.device("cpu"), 8).count == 8
