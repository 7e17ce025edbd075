import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.arrays import BLOCK
from evomerge.merge.kernels.masks import mask_key
from evomerge.merge.kernels.numba.hashing import draw, keep_drawn
from tests.merge import reference

KEYS = st.integers(0, 2**64 - 1)


def hashes(key, first, count):
    made = np.empty(count, np.uint32)
    draw(made, count, np.uint64(key), first)
    return made


def kept(key, count, p):
    made = np.ones(count, np.float32)
    for begin in range(0, count, BLOCK):
        block = made[begin : begin + BLOCK]
        keep_drawn(block, len(block), np.uint64(key), round(p * 2**32), begin)
    return made


@given(KEYS, st.integers(0, 2**31))
def test_the_hash_is_that_of_unsigned_arithmetic(key, first):
    expected = reference.hash32(key, np.arange(first, first + 50))
    np.testing.assert_array_equal(hashes(key, first, 50), expected)


@given(KEYS, st.floats(0, 1))
def test_what_stays_is_where_the_hash_is_below_p(key, p):
    expected = reference.hash32(key, np.arange(1500)) < round(p * 2**32)
    np.testing.assert_array_equal(kept(key, 1500, p), expected)


@pytest.mark.parametrize("p", [0.01, 0.3, 0.5, 0.9])
def test_the_kept_fraction_is_p(p):
    n = 1_000_000
    share = kept(mask_key(0, "parent", "tensor"), n, p).mean(dtype=np.float64)
    assert abs(share - p) < 5 * (p * (1 - p) / n) ** 0.5


def test_masks_of_different_tensors_parents_and_seeds_are_unrelated():
    n = 200_000
    keys = [mask_key(s, p, t) for s in (0, 1) for p in ("a", "b") for t in ("x", "y")]
    masks = [kept(key, n, 0.5) - 0.5 for key in keys]
    for i, one in enumerate(masks):
        for other in (*masks[:i], np.roll(one, 1)):
            assert abs((one * other).mean(dtype=np.float64)) < 0.25 * 5 / n**0.5


def test_more_density_keeps_what_less_kept():
    assert (kept(3, 10_000, 0.2) <= kept(3, 10_000, 0.6)).all()


def test_indices_beyond_32_bits_get_bits_of_their_own():
    assert (hashes(9, 0, 1000) != hashes(9, 2**32, 1000)).mean() > 0.99


def test_what_is_not_a_number_stays_one():
    v = np.full(4, np.nan, np.float32)
    keep_drawn(v, 4, np.uint64(1), 0, 0)
    assert np.isnan(v).all()
