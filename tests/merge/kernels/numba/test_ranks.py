import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.numba.ranks import BINS, count_bins, decide, rank

MAGNITUDES = st.lists(st.floats(0, 4, width=16), min_size=1, max_size=50)


def binned(values):
    codes = np.array(values, np.float32).view(np.uint32)
    bins, starts = np.empty(len(codes), np.uint32), np.empty(BINS + 1, np.int64)
    count_bins(codes, len(codes), bins, starts)
    return codes, bins, starts


@given(MAGNITUDES)
def test_larger_magnitudes_are_in_no_lower_bin(values):
    codes, bins, starts = binned(values)
    order = np.argsort(codes, kind="stable")
    assert (np.diff(bins[order].astype(np.int64)) >= 0).all()
    assert starts[-1] == len(values)
    for one in bins:
        assert starts[one] == np.count_nonzero(bins < one)


@given(MAGNITUDES)
def test_a_rank_is_that_of_a_stable_sort(values):
    codes, _, _ = binned(values)
    ranks = np.argsort(np.argsort(codes, kind="stable"), kind="stable")
    assert [rank(codes, len(codes), j) for j in range(len(codes))] == ranks.tolist()


@given(MAGNITUDES, st.integers(0, 999))
def test_what_is_decided_by_the_bin_is_decided_rightly(values, seed):
    codes, bins, starts = binned(values)
    count = len(codes)
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, 2**32, count, dtype=np.uint32)
    limits = np.sort(rng.integers(0, 2**32, count))
    stays, left = np.zeros(count, np.uint8), np.empty(count, np.uint32)
    number = decide(draws, count, bins, starts, limits, stays, left)
    expected = [draws[j] < limits[rank(codes, count, j)] for j in range(count)]
    undecided = {*left[:number].tolist()}
    for j in range(count):
        if j not in undecided:
            assert bool(stays[j]) == expected[j]
