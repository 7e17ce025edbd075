import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.thinning import Thinnings
from tests.merge.kernels.cases import ANYTHING, SIZES, as_float32


def elected(base, thetas, weights, factors, plainly, least, lambda_):
    """The definition, one rounding at a time."""
    one, b = np.float32, as_float32(base)
    scaled = [(as_float32(t) - b) * one(f) for t, f in zip(thetas, factors, strict=True)]
    values = [v * one(w) for v, w in zip(scaled, weights, strict=True)]
    votes = np.zeros_like(b)
    for vote in scaled if plainly else values:
        votes = votes + vote
    sign = np.where(votes >= 0, one(1), one(-1))
    total, by = np.zeros_like(b), np.zeros_like(b)
    for v, w in zip(values, weights, strict=True):
        agrees = np.sign(v) == sign
        total, by = total + np.where(agrees, v, one(0)), by + np.where(agrees, one(w), one(0))
    if least is not None:
        by = np.maximum(by, one(least)) if least else np.where(by == 0, one(1), by)
        total = total / by
    return total * one(lambda_) + b


@given(SIZES, st.integers(0, 99), st.booleans(), st.sampled_from([None, 0.0, 0.3]), st.data())
@ANYTHING
def test_signs_are_elected_and_sums_divided(size, seed, plainly, least, data):
    rng = np.random.default_rng(seed)
    count = data.draw(st.integers(1, 4))
    base, *thetas = (
        torch.tensor(rng.integers(-4, 5, size) / 4).to(torch.bfloat16) for _ in range(count + 1)
    )
    weight = st.floats(0 if plainly else -1, 1).map(lambda w: round(w, 2))
    weights = [data.draw(weight) for _ in thetas]
    factors = [data.draw(st.sampled_from([1.0, 2.5])) for _ in thetas]
    out = torch.empty(size)
    flags = {"plainly": plainly, "least": least, "lambda_": 0.7}
    cpu.add_task_vectors(
        base,
        thetas,
        weights,
        factors,
        Thinnings([None] * count),
        elect=True,
        out=out,
        offset=0,
        **flags,
    )
    expected = elected(base, thetas, weights, factors, **flags)
    np.testing.assert_array_equal(out.numpy(), expected)


def test_any_number_of_models_has_room():
    models, size = 3000, 5
    thetas, base = [torch.ones(size)] * models, torch.zeros(size)
    out, shares = torch.empty(size), [1.0] * models
    cpu.add_task_vectors(
        base,
        thetas,
        shares,
        shares,
        Thinnings([None] * models),
        elect=True,
        plainly=False,
        least=0.0,
        lambda_=1.0,
        out=out,
        offset=0,
    )
    assert torch.equal(out, torch.ones(size))
    assert cpu.variances_by_bin(thetas, base).sum() == 0
    assert cpu.mark_variances(thetas, base, 0.0, 0)[1].shape == (models,)
