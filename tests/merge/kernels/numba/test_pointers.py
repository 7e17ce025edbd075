import numpy as np
import pytest

from evomerge.merge.kernels.numba import pointers
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.pointers import FLOAT, INTEGER, array, scratch, view


@inner
def added(address, count):
    """The sum of an array that a kernel is given by its address."""
    return array(address, INTEGER, count).sum()


@inner
def filled(count):
    """The sum of memory of its own."""
    own = view(scratch(count, FLOAT), count)
    own[:] = np.float32(0.5)
    return own.sum()


def test_what_lies_at_an_address_is_read():
    values = np.arange(10, dtype=np.int64)
    assert added(values.ctypes.data, 10) == 45
    assert added(values[4:].ctypes.data, 3) == 4 + 5 + 6


@pytest.mark.parametrize("count", [1, 64, 1024])
def test_a_kernel_has_memory_of_its_own(count):
    assert filled(count) == count / 2


@pytest.mark.parametrize(
    "name, dtype",
    [
        ("FLOAT", np.float32),
        ("DOUBLE", np.float64),
        ("INTEGER", np.int64),
        ("LONG", np.uint64),
        ("WORD", np.uint32),
        ("HALF", np.uint16),
        ("BYTE", np.uint8),
    ],
)
def test_examples_are_of_their_types(name, dtype):
    assert getattr(pointers, name).dtype == dtype
