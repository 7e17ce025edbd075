import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.numba.marks import pack


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 3))
def test_bits_are_those_of_the_elements_the_lowest_first(every, first):
    size = (len(every) + 7) // 8
    stays = np.zeros(8 * size, np.uint8)
    stays[: len(every)] = every
    bits = np.full(first + size + 1, 0xAA, np.uint8)
    pack(stays, len(every), bits, first)
    np.testing.assert_array_equal(bits[first : first + size], np.packbits(stays, bitorder="little"))
    assert bits[:first].tolist() == [0xAA] * first
    assert bits[-1] == 0xAA
