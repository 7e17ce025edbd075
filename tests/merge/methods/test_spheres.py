import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from evomerge.errors import TrialError
from tests.merge import reference
from tests.merge.methods.cases import assert_agrees, cases, for_each, merged

POSITIVE = for_each(st.floats(0.1, 2).map(lambda w: round(w, 3)))


def cosine(x, y):
    size = np.linalg.norm(x) * np.linalg.norm(y)
    return float(np.vdot(x, y) / size) if size else 0.0


def vectors(array, way):
    """The vectors that angles are measured between: indices into the flat tensor."""
    if way == "flat" or array.size == 0 or array.ndim < 2:
        return [np.arange(array.size)]
    places = np.arange(array.size).reshape(array.shape)
    if way == "rows":
        return [*places.reshape(-1, array.shape[-1])]
    return [*places.reshape(array.shape[0], -1).T]


def interpolated(x, y, t):
    """One pair of vectors, by nuslerp's definition."""
    sizes = [max(float(np.linalg.norm(v)), 1e-7) for v in (x, y)]
    angle = math.acos(min(1.0, max(-1.0, float(x @ y) / (sizes[0] * sizes[1]))))
    if abs(math.sin(angle)) < 1e-8:
        return (1 - t) * x + t * y
    return (math.sin((1 - t) * angle) * x + math.sin(t * angle) * y) / math.sin(angle)


@given(cases(most=1), st.floats(0, 1))
def test_slerp(case, t):
    thetas, base = case.tensors
    # The angle of nearly opposite vectors turns on a rounding.
    assume(cosine(case.thetas[0], case.base) > -0.999)
    ours = merged("slerp", thetas, base, t=t)
    assert_agrees(ours, reference.slerp(case.thetas[0], case.base, t))


@given(cases(2, 2), POSITIVE, st.sampled_from(["flat", "rows", "columns"]), st.booleans())
def test_nuslerp(case, weight, way, with_base):
    thetas, base = case.tensors
    offset = case.base if with_base else np.zeros_like(case.base)
    x, y = (np.ravel(theta - offset) for theta in case.thetas)
    expected = np.ravel(offset).copy()
    for at in vectors(case.base, way):
        assume(cosine(x[at], y[at]) > -0.999)
        expected[at] += interpolated(x[at], y[at], weight[1] / (weight[0] + weight[1]))
    ours = merged(
        "nuslerp",
        thetas,
        base if with_base else None,
        weight=weight[:2],
        nuslerp_flatten=way == "flat",
        nuslerp_row_wise=way == "columns",
    )
    assert_agrees(ours, expected.reshape(case.base.shape))


def test_nuslerp_of_weights_that_cancel_is_half_way():
    x, y = torch.tensor([1.0, 0]), torch.tensor([0, 1.0])
    ours = merged("nuslerp", [x, y], weight=[0.5, -0.5])
    assert torch.allclose(ours, torch.tensor([0.5, 0.5]).sqrt())


@given(cases(), POSITIVE, st.booleans(), st.booleans())
def test_multislerp(case, weight, normalize, with_base):
    thetas, base = case.tensors
    weight = weight[: len(thetas)]
    w = [x / sum(weight) for x in weight] if normalize else weight
    offset = case.base if with_base else np.zeros_like(case.base)
    x = [np.ravel(theta - offset) for theta in case.thetas]
    units = [v / (np.linalg.norm(v) + 1e-8) for v in x]
    total = sum(a * u for a, u in zip(w, units, strict=True))
    assume(np.linalg.norm(total) > 0.01 or all(not v.any() for v in x))
    mean = total / (np.linalg.norm(total) + 1e-30)
    tangent = sum(a * (u - (u @ mean) * mean) for a, u in zip(w, units, strict=True))
    angle = float(np.linalg.norm(tangent))
    direction = mean * math.cos(angle) + tangent * (math.sin(angle) / angle if angle else 1.0)
    size = sum(a * np.linalg.norm(v) for a, v in zip(w, x, strict=True))
    ours = merged(
        "multislerp",
        thetas,
        base if with_base else None,
        weight=weight,
        normalize_weights=normalize,
    )
    assert_agrees(ours, offset + (direction * size).reshape(case.base.shape))


def test_multislerp_refuses_weights_that_add_up_to_0():
    with pytest.raises(TrialError, match="add up to 0"):
        merged("multislerp", [torch.ones(2), torch.zeros(2)], weight=[1.0, -1.0])


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


@given(cases(2), st.booleans())
def test_model_stock(case, filter_wise):
    thetas, base = case.tensors
    n, b = len(thetas), np.ravel(case.base)
    x = [np.ravel(theta) for theta in case.thetas]
    expected = b.copy()
    for at in vectors(case.base, "rows" if filter_wise else "flat"):
        d = [v[at] - b[at] for v in x]
        pairs = [(d[i], d[k]) for i in range(n) for k in range(i)]
        c = np.mean([cosine(*pair) for pair in pairs])
        divisor = 1 + (n - 1) * c
        assume(divisor == 0 or abs(divisor) > 1e-3)
        t = n * c / divisor if divisor else 0.0
        expected[at] = t * sum(v[at] for v in x) / n + (1 - t) * b[at]
    # What is divided by little is known less well.
    ours = merged("model_stock", thetas, base, filter_wise=filter_wise)
    assert_agrees(ours, expected.reshape(case.base.shape), tolerance=2e-4)
