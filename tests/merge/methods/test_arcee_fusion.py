import numpy as np
import pytest
import torch
from hypothesis import given

from tests.merge.methods.cases import assert_agrees, cases, merged


def importance(theta, base):
    """|d| KL(softmax theta, softmax b), row by row."""
    shape = theta.shape[-1:] if theta.ndim else (1,)
    x, b = theta.reshape(-1, *shape), base.reshape(-1, *shape)
    p, q = (np.exp(v) / np.exp(v).sum(1, keepdims=True) + 1e-8 for v in (x, b))
    return (np.abs(x - b) * (p * np.log(p / q)).sum(1, keepdims=True)).reshape(theta.shape)


@given(cases(most=1))
def test_arcee_fusion(case):
    theta, base = case.thetas[0], case.base
    thetas, b = case.tensors
    ours = merged("arcee_fusion", thetas, b)
    if not theta.size:
        return
    of = importance(theta, base)
    ranked = np.sort(np.ravel(of))
    low, middle, high = (ranked[int(q * (of.size - 1))] for q in (0.25, 0.5, 0.75))
    least = middle + 1.5 * (high - low)
    # Which side of the threshold an element is on can turn on a rounding.
    sure = np.abs(of - least) > 1e-4 * max(1.0, float(of.max()))
    assert_agrees(ours, np.where(of >= least, theta, base), sure)


def test_arcee_fusion_of_more_than_a_million_elements_takes_an_even_sample(monkeypatch):
    generator = torch.Generator().manual_seed(0)
    base, change = (torch.randn(60, 100, generator=generator) for _ in range(2))
    theta = base + change**3
    whole = merged("arcee_fusion", [theta], base)
    monkeypatch.setattr("evomerge.merge.methods.arcee_fusion.SAMPLE", 1500)
    sampled = merged("arcee_fusion", [theta], base)
    assert torch.equal(sampled, merged("arcee_fusion", [theta], base))
    kept, approximate = (((one - base) != 0).double().mean().item() for one in (whole, sampled))
    assert 0 < kept < 0.5
    assert approximate == pytest.approx(kept, abs=0.03)
