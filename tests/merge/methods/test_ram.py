import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.merge.methods.cases import assert_agrees, cases, merged


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
