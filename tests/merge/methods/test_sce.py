import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.merge.methods.cases import assert_agrees, cases, merged, tensor


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
