import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.memory import MemoryBudget
from evomerge.merge.methods.magnitudes import Magnitudes

VALUES = st.lists(st.floats(-4, 4, width=16), min_size=1, max_size=40)


def magnitudes(values, remembers):
    theta = torch.tensor(values, dtype=torch.float32)
    memory = MemoryBudget(1 << 30) if remembers else None
    return Magnitudes(theta, torch.zeros(len(values)), memory)


@given(VALUES, st.booleans(), st.data())
def test_a_cut_has_the_limit_and_the_quota_of_a_sort(values, remembers, data):
    keep = data.draw(st.integers(1, len(values)))
    cut = magnitudes(values, remembers).cut(keep)
    sizes = np.sort(np.abs(np.array(values, np.float32)))[::-1]
    if keep == len(values):
        assert cut is None
        return
    limit = sizes[keep - 1]
    assert cut.limit == limit
    assert cut.quota == keep - np.count_nonzero(sizes > limit)
    assert cut.tied == np.count_nonzero(sizes == limit)
    assert cut.kept == keep


@given(VALUES, st.booleans(), st.data())
def test_the_sum_of_the_largest_is_exact(values, remembers, data):
    known = magnitudes(values, remembers)
    sizes = np.sort(np.abs(np.array(values, np.float32).astype(np.float64)))[::-1]
    count = data.draw(st.integers(0, len(values)))
    assert known.size(count) == pytest.approx(sizes[:count].sum(), rel=1e-12)
    assert known.size() == pytest.approx(sizes.sum(), rel=1e-12)


def test_the_largest_of_those_that_are_kept_can_go():
    cut = magnitudes([5.0, 1.0, -4.0, 3.0], remembers=False).cut(3, drop=1)
    assert (cut.limit, cut.quota, cut.top, cut.top_quota) == (3.0, 1, 5.0, 1)
    assert (cut.kept, cut.dropped) == (3, 1)


def test_nothing_is_kept_by_a_limit_that_nothing_reaches():
    cut = magnitudes([1.0, 2.0], remembers=False).cut(0)
    assert (cut.limit, cut.quota, cut.kept) == (float("inf"), 0, 0)
