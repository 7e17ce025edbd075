from itertools import product

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.masks import BLOCK, hash32, mask_key
from tests.merge import reference


def test_every_seed_parent_and_tensor_has_a_key_of_its_own():
    named = [*product((0, 1, 2**62), ("a", "b", "a0"), ("x", "y", "0x"))]
    keys = {mask_key(*one) for one in named}
    assert len(keys) == len(named)
    assert all(0 <= key < 2**64 for key in keys)


def test_a_key_is_the_same_everywhere():
    assert mask_key(3, "parent", "tensor") == 0x4EC83AD947C04700


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**15))
def test_the_hash_is_that_of_unsigned_arithmetic(key, block):
    begin = block * BLOCK
    ours = hash32(key, begin, begin + 50, torch.device("cpu")).numpy().view(np.uint32)
    expected = reference.hash32(key, np.arange(begin, begin + 50))
    np.testing.assert_array_equal(ours, expected)


def test_indices_beyond_32_bits_get_bits_of_their_own():
    low, high = (hash32(9, begin, begin + 1000, torch.device("cpu")) for begin in (0, 2**32))
    assert (low != high).double().mean() > 0.99
