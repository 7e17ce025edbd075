import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from evomerge.errors import TrialError
from tests.merge import reference
from tests.merge.methods.cases import assert_agrees, cases, for_each, merged, tensor

WEIGHTS = for_each(st.floats(-2, 2).map(lambda w: round(w, 3)))


@given(cases(), WEIGHTS, st.booleans())
def test_linear(case, weight, normalize):
    thetas, _ = case.tensors
    weight = weight[: len(thetas)]
    if normalize and abs(sum(weight)) < 1e-8:
        with pytest.raises(TrialError, match="add up to 0"):
            merged("linear", thetas, weight=weight, normalize=True)
        return
    assume(not normalize or abs(sum(weight)) > 0.01)
    ours = merged("linear", thetas, weight=weight, normalize=normalize)
    assert_agrees(ours, reference.linear(case.thetas, weight, normalize))


@given(cases(most=1), st.floats(-2, 2))
def test_passthrough(case, scale):
    ours = merged("passthrough", case.tensors[0], scale=[scale])
    assert_agrees(ours, case.thetas[0] * scale)


@given(cases(most=1), st.sampled_from([0.0, 1e-4, 0.25, 0.7, 10.0]))
def test_nearswap(case, t):
    thetas, base = case.tensors
    away = np.maximum(np.abs(case.base - case.thetas[0]), 1e-6)
    share = np.clip(t / away, 0, 1)
    ours = merged("nearswap", thetas, base, t=t)
    assert_agrees(ours, share * case.thetas[0] + (1 - share) * case.base)


def sce(deltas, share):
    """Position by position, from the definition."""
    flat = np.stack([np.ravel(d) for d in deltas])
    if share < 1:
        variance = flat.var(0)
        keep = int(np.count_nonzero(variance) * share)
        order = sorted(range(flat.shape[1]), key=lambda i: (-variance[i], i))
        flat = flat * np.isin(np.arange(flat.shape[1]), order[:keep])
    squares = (flat**2).mean(1) if flat.size else np.zeros(len(flat))
    small = squares.sum() < 1e-6
    weights = np.full(len(flat), 1 / len(flat)) if small else squares / squares.sum()
    out = np.zeros(flat.shape[1])
    for i, at in enumerate(flat.T):
        sign = 1 if at.sum() >= 0 else -1
        agree = [(w, d) for w, d in zip(weights, at, strict=True) if np.sign(d) == sign]
        out[i] = sum(w * d for w, d in agree) / max(sum(w for w, _ in agree), 1e-6)
    return out.reshape(deltas[0].shape)


@given(cases(), st.sampled_from([0.0, 1e-9, 0.1, 0.34, 0.5, 0.99, 1.0]), st.booleans())
def test_sce(case, share, small):
    # Multiples of the number of models have exact means, small ones are weighed alike.
    unit = len(case.thetas) * (2.0**-14 if small else 1.0)
    thetas, base = case.thetas, np.zeros_like(case.base)
    ours = merged("sce", [tensor(t * unit) for t in thetas], tensor(base), select_topk=share)
    assert_agrees(ours / unit, sce([t * unit for t in thetas], share) / unit)


def ram(deltas, epsilon, r=0.0, alpha=0.0):
    """Element by element, from the definition."""
    flat = np.stack([np.ravel(d) for d in deltas])
    active = np.abs(flat) > epsilon
    alone = active & (active.sum(0) == 1)
    factors = []
    for mine, unique in zip(active, alone, strict=True):
        shared = int((mine & ~unique).sum())
        factors.append(1 + r * min(shared / max(unique.sum(), 1), alpha))
    out = np.zeros(flat.shape[1])
    for i in range(len(out)):
        chosen = np.flatnonzero(active[:, i])
        if len(chosen) == 1:
            out[i] = factors[chosen[0]] * flat[chosen[0], i]
        elif len(chosen):
            out[i] = flat[chosen, i].mean()
    return out.reshape(deltas[0].shape)


@given(cases(), st.sampled_from([0.0, 1e-5, 0.5, 1.0, 9.0]))
def test_ram(case, epsilon):
    thetas, base = case.tensors
    expected = case.base + ram([theta - case.base for theta in case.thetas], epsilon)
    assert_agrees(merged("ram", thetas, base, epsilon=epsilon), expected)


@given(
    cases(),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([0.1, 1.0, -0.5]),
    st.sampled_from([0.0, 0.2, 9.0]),
)
def test_ramplus_tl(case, epsilon, r, alpha):
    thetas, base = case.tensors
    deltas = [theta - case.base for theta in case.thetas]
    ours = merged("ramplus_tl", thetas, base, epsilon=epsilon, r=r, alpha=alpha)
    assert_agrees(ours, case.base + ram(deltas, epsilon, r, alpha))


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
