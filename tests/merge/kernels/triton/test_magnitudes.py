import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from tests.merge.kernels.gpu_cases import FEW, gpu, moved, small_blocks, tensors
from tests.merge.kernels.gpu_cases import pytestmark as pytestmark


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with small_blocks():
        yield


@given(tensors(least=2, most=2, special=True), st.data())
@FEW
def test_magnitudes(pair, data):
    theirs = [tensor.nan_to_num() for tensor in pair]  # there are many kinds of NaN
    ours = moved(theirs)
    counted = gpu.magnitudes_by_bin(*ours)
    np.testing.assert_array_equal(counted, cpu.magnitudes_by_bin(*theirs))
    wanted = data.draw(st.sampled_from([*np.flatnonzero(counted[0]).tolist(), 0, 32767]))
    np.testing.assert_array_equal(
        gpu.magnitudes_inside(*ours, wanted), cpu.magnitudes_inside(*theirs, wanted)
    )
    (codes, counts), (wanted_codes, wanted_counts) = (
        k.magnitudes_distinct(*t) for k, t in ((gpu, ours), (cpu, theirs))
    )
    order = np.argsort(wanted_codes)
    np.testing.assert_array_equal(codes, wanted_codes[order])
    np.testing.assert_array_equal(counts, wanted_counts[order])


def test_distinct_magnitudes_are_those_of_all_parts(monkeypatch):
    monkeypatch.setattr(gpu, "SORTED", 10)
    theta, base = torch.arange(37) % 5 * 0.5, torch.zeros(37)
    codes, counts = gpu.magnitudes_distinct(*moved([theta, base]))
    assert codes.astype(np.int32).view(np.float32).tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert counts.tolist() == [8, 8, 7, 7, 7]
    monkeypatch.setattr(gpu, "DISTINCT", 4)
    assert gpu.magnitudes_distinct(*moved([theta, base])).shape == (2, 0)
