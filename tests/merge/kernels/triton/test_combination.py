import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from tests.merge.kernels.gpu_cases import (
    DEVICE,
    FEW,
    TYPES,
    assert_same,
    gpu,
    moved,
    small_blocks,
    tensors,
)
from tests.merge.kernels.gpu_cases import (
    pytestmark as pytestmark,
)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with small_blocks():
        yield


@pytest.mark.parametrize("weight", [0.0, -0.0, -1e-50])
def test_a_weight_of_nothing_has_no_sign(weight):
    thetas = [torch.tensor([1.0, -1.0])]
    made = [torch.empty(2) for _ in range(2)]
    cpu.combine(thetas, [weight], made[0], 0)
    out = made[1].to(DEVICE)
    gpu.combine(moved(thetas), [weight], out, 0)
    assert torch.signbit(made[0]).tolist() == torch.signbit(out.cpu()).tolist() == [False, True]


@given(tensors(special=True), TYPES, st.data())
@FEW
def test_combine(thetas, dtype, data):
    weights = [data.draw(st.floats(-2, 2, width=16) | st.just(1e39)) for _ in thetas]
    offset = data.draw(st.integers(0, thetas[0].numel()))
    made = [torch.empty(thetas[0].numel() - offset, dtype=dtype) for _ in range(2)]
    theirs = cpu.combine(thetas, weights, made[0], offset)
    out = made[1].to(DEVICE)
    ours = gpu.combine(moved(thetas), weights, out, offset)
    assert_same(out, ours, made[0], theirs)
    assert bool(ours) == theirs
