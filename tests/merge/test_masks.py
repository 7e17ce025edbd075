import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.masks import BLOCK, bernoulli, hash32, mask_key

CPU = torch.device("cpu")


def reference(key, indices):
    """The same hash in numpy's unsigned integers."""
    x = indices.astype(np.uint32)
    for half in (key & 0xFFFFFFFF, key >> 32):
        x = x + np.uint32(half)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return x


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**15))
def test_the_hash_is_that_of_unsigned_arithmetic(key, block):
    begin = block * BLOCK
    ours = hash32(key, begin, begin + 50, CPU).numpy().view(np.uint32)
    np.testing.assert_array_equal(ours, reference(key, np.arange(begin, begin + 50)))


@given(st.integers(0, 2**64 - 1), st.floats(0, 1))
def test_a_mask_is_true_where_the_hash_is_below_p(key, p):
    n = 1000
    expected = reference(key, np.arange(n)) < round(p * 2**32)
    np.testing.assert_array_equal(bernoulli(key, n, p, CPU).numpy(), expected)


def test_a_longer_mask_begins_like_a_shorter_one():
    whole = bernoulli(5, 3 * BLOCK + 17, 0.5, CPU)
    assert torch.equal(bernoulli(5, BLOCK + 3, 0.5, CPU), whole[: BLOCK + 3])


@pytest.mark.parametrize("p", [0.01, 0.3, 0.5, 0.9])
def test_the_kept_fraction_is_p(p):
    n = 1_000_000
    kept = float(bernoulli(mask_key(0, "parent", "tensor"), n, p, CPU).float().mean())
    assert abs(kept - p) < 5 * (p * (1 - p) / n) ** 0.5


def test_masks_of_different_tensors_parents_and_seeds_are_unrelated():
    n = 200_000
    keys = [mask_key(s, p, t) for s in (0, 1) for p in ("a", "b") for t in ("x", "y")]
    masks = [bernoulli(key, n, 0.5, CPU).float() - 0.5 for key in keys]
    for i, one in enumerate(masks):
        for other in masks[:i]:
            assert abs(float((one * other).mean())) < 0.25 * 5 / n**0.5
        shifted = (one[1:] * one[:-1]).mean()
        assert abs(float(shifted)) < 0.25 * 5 / n**0.5


def test_more_density_keeps_what_less_kept():
    few, many = bernoulli(3, 10_000, 0.2, CPU), bernoulli(3, 10_000, 0.6, CPU)
    assert bool((many | ~few).all())


def test_indices_beyond_32_bits_get_bits_of_their_own():
    low, high = hash32(9, 0, 1000, CPU), hash32(9, 2**32, 2**32 + 1000, CPU)
    assert not torch.equal(low, high)


@pytest.mark.gpu
def test_masks_are_the_same_on_the_gpu():
    ours = bernoulli(7, 3 * BLOCK + 5, 0.37, torch.device("cuda")).cpu()
    assert torch.equal(ours, bernoulli(7, 3 * BLOCK + 5, 0.37, CPU))
