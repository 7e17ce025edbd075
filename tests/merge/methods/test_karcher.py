import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge.methods.cases import assert_agrees, cases, merged


def karcher(x, steps, tol):
    """By its definition, in the space of the vectors themselves."""
    sizes = [float(np.linalg.norm(v)) for v in x]
    units = [v / n for v, n in zip(x, sizes, strict=True) if n > tol]
    if not units:
        return np.zeros_like(x[0])
    mean = sum(units) / len(units)
    mean = mean / np.linalg.norm(mean)
    for _ in range(steps):
        tangent = np.zeros_like(mean)
        for unit in units:
            angle = math.acos(min(1.0, max(-1.0, float(unit @ mean))))
            if angle >= tol:
                tangent += angle / math.sin(angle) * (unit - (unit @ mean) * mean) / len(units)
        step = float(np.linalg.norm(tangent))
        if step < tol:
            break
        mean = math.cos(step) * mean + math.sin(step) * tangent / step
    return mean * sum(sizes) / len(sizes)


@given(cases(2), st.sampled_from([(1, 1e-5), (10, 1e-5), (10, 1e-9)]))
def test_karcher(case, how):
    x = [np.ravel(theta) for theta in case.thetas]
    units = [v / np.linalg.norm(v) for v in x if v.any()]
    assume(not units or np.linalg.norm(sum(units)) > 0.3 * len(units))
    assume(min((u @ v for u in units for v in units), default=1.0) > -0.99)  # no way is nearest
    ours = merged("karcher", case.tensors[0], max_iter=how[0], tol=how[1])
    assert_agrees(ours, karcher(x, *how).reshape(case.base.shape))


def test_the_karcher_mean_is_where_the_logarithms_cancel():
    generator = torch.Generator().manual_seed(0)
    thetas = [torch.randn(30, generator=generator) + 1 for _ in range(4)]
    mean = merged("karcher", thetas, max_iter=100, tol=1e-12).double().numpy()
    unit = mean / np.linalg.norm(mean)
    total = np.zeros(30)
    for theta in thetas:
        x = theta.double().numpy()
        x /= np.linalg.norm(x)
        angle = math.acos(x @ unit)
        total += angle / math.sin(angle) * (x - (x @ unit) * unit)
    assert np.abs(total).max() < 1e-6
    sizes = [float(theta.double().norm()) for theta in thetas]
    assert np.linalg.norm(mean) == pytest.approx(sum(sizes) / 4, rel=1e-6)
