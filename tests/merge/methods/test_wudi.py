import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge import matrix_reference as reference
from tests.merge.carried_out import merged
from tests.merge.methods.matrix_cases import (
    EXACT,
    arrays,
    assert_agrees,
    clear,
    method,
    models,
    randoms,
    weights,
)


@given(models(), st.sampled_from([0.0, 0.01, 1.0]))
def test_wudi(case, ridge):
    base, thetas = case
    deltas = arrays(base, thetas, [1.0] * len(thetas))
    assume(ridge or clear(np.vstack([d / max(np.linalg.norm(d), 1e-9) for d in deltas])))
    ours = merged("wudi", thetas, base, weight=weights(thetas), ridge=ridge, lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.wudi(deltas, weights(thetas), ridge))


@pytest.mark.parametrize("shape", [(12, 40), (40, 12)], ids=str)
def test_nothing_interferes_less_than_wudi(shape):
    base, *thetas = randoms(shape, 4)
    weight = [1.0, 2.0, 0.5]
    best = method("wudi", **EXACT)(thetas, base, weight).double() - base
    deltas = arrays(base, thetas, [1.0] * 3)
    at = best.clone().requires_grad_()
    total = torch.zeros((), dtype=torch.float64)
    for delta, w in zip(map(torch.tensor, deltas), weight, strict=True):
        total = total + w * ((at - delta) @ delta.T).square().sum() / delta.square().sum()
    total.backward()
    start = reference.interference(sum(deltas), deltas, weight)
    assert at.grad.norm() < 1e-5 * start
    assert reference.interference(best.numpy(), deltas, weight) < start


def test_wudi_adds_up_what_does_not_interfere():
    base = torch.zeros(6, 12)
    first, second = randoms((6, 6), 2)
    thetas = [torch.cat([first, torch.zeros(6, 6)], 1), torch.cat([torch.zeros(6, 6), second], 1)]
    assert torch.allclose(method("wudi", **EXACT)(thetas, base, [1.0, 3.0]), sum(thetas), atol=1e-5)
