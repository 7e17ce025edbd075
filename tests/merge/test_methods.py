import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evomerge.errors import TrialError
from evomerge.merge.masks import bernoulli
from evomerge.merge.methods import METHODS, Pair
from tests.merge import reference

CPU = torch.device("cpu")
SHAPES = st.sampled_from([(), (1,), (7,), (3, 5), (1, 6), (6, 1), (2, 3, 2), (0,)])
# Few distinct magnitudes, so that ties, zero deltas and cancelled sums come up all the time.
VALUES = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 3.0])
WEIGHTS = st.floats(-2, 2).map(lambda w: round(w, 3))
DENSITIES = st.sampled_from([0.0, 1e-9, 0.1, 0.34, 0.5, 0.99, 1.0, 1.5])


@st.composite
def parents(draw, most=4):
    """Base, models, weights and densities; float32 values as float64."""
    shape = draw(SHAPES)
    count = draw(st.integers(1, most))
    arrays = [draw(hnp.arrays(np.float64, shape, elements=VALUES)) for _ in range(count + 1)]
    weight = draw(st.lists(WEIGHTS, min_size=count, max_size=count))
    density = draw(st.lists(DENSITIES, min_size=count, max_size=count))
    return arrays[0], arrays[1:], weight, density


def tensor(array):
    return torch.tensor(array, dtype=torch.float32)


def merged(name):
    """A method as a function of whole tensors."""
    return lambda *tensors, **settings: METHODS[name].merge(*tensors, **settings)[0]


def assert_agrees(ours, theirs, where=None):
    ours = ours.double().numpy()
    if where is not None:
        ours, theirs = np.where(where, ours, 0.0), np.where(where, theirs, 0.0)
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5)


@given(parents(), st.booleans())
def test_linear(case, normalize):
    _, thetas, weight, _ = case
    ours = [tensor(theta) for theta in thetas]
    kernel = merged("linear")
    if normalize and abs(sum(weight)) < 1e-8:
        with pytest.raises(TrialError, match="add up to 0"):
            kernel(ours, weight=weight, normalize=True)
        return
    assume(not normalize or abs(sum(weight)) > 0.01)
    assert_agrees(
        kernel(ours, weight=weight, normalize=normalize),
        reference.linear(thetas, weight, normalize),
    )


@given(parents(most=1), st.floats(0, 1))
def test_slerp(case, t):
    base, (theta,), _, _ = case
    ours = merged("slerp")([tensor(theta)], tensor(base), t=t)
    # The angle of nearly opposite vectors turns on a rounding.
    denominator = np.linalg.norm(base) * np.linalg.norm(theta)
    assume(denominator == 0 or np.vdot(base, theta) / denominator > -0.999)
    assert_agrees(ours, reference.slerp(theta, base, t))


@given(parents(), st.booleans(), st.floats(-2, 2))
def test_task_arithmetic(case, normalize, lam):
    base, thetas, weight, _ = case
    assume(not normalize or abs(sum(weight)) > 0.01 or abs(sum(weight)) < 1e-9)
    ours = merged("task_arithmetic")(
        [tensor(theta) for theta in thetas],
        tensor(base),
        weight=weight,
        normalize=normalize,
        lambda_=lam,
    )
    keep = [lambda delta: delta] * len(thetas)
    assert_agrees(
        ours, reference.task_vectors(thetas, base, weight, keep, False, normalize, False, lam)
    )


@settings(max_examples=300)
@given(parents(), st.booleans(), st.booleans())
def test_ties(case, normalize, rescale):
    base, thetas, _, density = case
    weight = [1.0, 0.5, -0.25, 2.0][: len(thetas)]  # exact in float32: no near ties of signs
    ours = merged("ties")(
        [tensor(theta) for theta in thetas],
        tensor(base),
        weight=weight,
        density=density,
        normalize=normalize,
        rescale=rescale,
        lambda_=0.7,
    )
    masks = [lambda delta, p=p: reference.trimmed(delta, p) for p in density]
    expected = reference.task_vectors(thetas, base, weight, masks, True, normalize, rescale, 0.7)
    # Values scaled to a norm are rounded, and where they cancel a sign can turn on that.
    sure = reference.sure(reference.weighted(thetas, base, weight, masks, rescale))
    assert_agrees(ours, expected, sure if rescale else None)


@given(parents(), st.sampled_from(["dare_ties", "dare_linear"]), st.booleans(), st.booleans())
def test_dare_is_its_definition_given_the_masks(case, name, normalize, rescale):
    base, thetas, _, density = case
    weight = [1.0, 0.5, -0.25, 2.0][: len(thetas)]
    keys = [11, 22, 33, 44][: len(thetas)]
    ours = merged(name)(
        [tensor(theta) for theta in thetas],
        tensor(base),
        weight=weight,
        density=density,
        normalize=normalize,
        rescale=rescale,
        lambda_=1.0,
        keys=keys,
    )

    def thin(delta, p, key):
        kept = bernoulli(key, delta.size, p, CPU).numpy().reshape(delta.shape)
        return np.where(kept, delta, 0.0)

    masks = [
        lambda delta, p=p, key=key: thin(delta, p, key)
        for p, key in zip(density, keys, strict=True)
    ]
    consensus = name == "dare_ties"
    expected = reference.task_vectors(
        thetas, base, weight, masks, consensus, normalize, rescale, 1.0
    )
    sure = reference.sure(reference.weighted(thetas, base, weight, masks, rescale))
    assert_agrees(ours, expected, sure if consensus and rescale else None)


@given(hnp.arrays(np.float32, st.integers(1, 60), elements=st.floats(-4, 4, width=16)), DENSITIES)
def test_exactly_so_many_of_the_largest_stay(delta, density):
    theta, expected = torch.tensor(delta), reference.trimmed(delta, density)
    for keep in (True, False):  # looked up in all magnitudes, or found anew
        cut = Pair(theta, torch.zeros_like(theta), keep).cut(density)
        kept = theta if cut is None else cut.apply(theta)
        np.testing.assert_array_equal(kept.numpy(), expected)


def arguments(method, count):
    """Every parameter of a method, neutral: weight 1, density 1, no scaling."""
    values = {}
    for name, parameter in method.parameters.items():
        value = 1.0 if name == "t" else parameter.default
        key = "lambda_" if name == "lambda" else name
        values[key] = [value] * count if parameter.per_model else value
    if method.random:
        values["keys"] = list(range(1, count + 1))
    return values


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_parent_alone_with_weight_1_gives_that_parent(method):
    torch.manual_seed(0)
    theta, base = torch.randn(6, 5), torch.randn(6, 5)
    values = arguments(method, 1)
    if method.base == "required":
        values["base"] = base
    assert torch.allclose(merged(method.name)([theta], **values), theta, atol=1e-6)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_kernels_leave_their_inputs_alone_and_repeat_themselves(method):
    torch.manual_seed(0)
    count = 1 if method.models[1] == 1 else 3
    thetas, base = [torch.randn(4, 6) for _ in range(count)], torch.randn(4, 6)
    values = arguments(method, count)
    if "density" in values:
        values["density"] = [0.5] * count
    if method.base == "required":
        values["base"] = base
    before = [t.clone() for t in (*thetas, base)]
    first, second = merged(method.name)(thetas, **values), merged(method.name)(thetas, **values)
    assert torch.equal(first, second)
    assert first.dtype == torch.float32
    assert all(torch.equal(a, b) for a, b in zip(before, (*thetas, base), strict=True))


@pytest.mark.parametrize("name", [n for n, m in METHODS.items() if m.models[1] is None])
def test_permuting_models_permutes_nothing(name):
    torch.manual_seed(0)
    method = METHODS[name]
    thetas, base = [torch.randn(50) for _ in range(3)], torch.randn(50)
    values = arguments(method, 3)
    values["weight"] = [0.3, 0.9, 0.5]
    if "density" in values:
        values["density"] = [0.2, 0.5, 0.8]
    turned = {
        key: [value[2], value[0], value[1]] if isinstance(value, list) else value
        for key, value in values.items()
    }
    bases = {"base": base} if method.base == "required" else {}
    first = merged(method.name)(thetas, **bases, **values)
    second = merged(method.name)([thetas[2], thetas[0], thetas[1]], **bases, **turned)
    assert torch.allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_a_tensor_in_parts_is_the_whole_tensor(monkeypatch, name, dtype):
    torch.manual_seed(0)
    method = METHODS[name]
    count = 1 if method.models[1] == 1 else 3
    # Rounded, so that magnitudes are equal all the time.
    thetas = [(torch.randn(9, 11) * 4).round().to(dtype) for _ in range(count)]
    values = arguments(method, count)
    if "density" in values:
        values["density"] = [0.2, 0.5, 0.8]
        values["rescale"] = True
    if method.base == "required":
        values["base"] = torch.randn(9, 11).round().to(dtype)
    whole = merged(name)(thetas, **values)
    monkeypatch.setattr("evomerge.merge.methods.method.BLOCK", 7)
    assert torch.equal(merged(name)(thetas, **values), whole)


@pytest.mark.parametrize("name", [n for n, m in METHODS.items() if m.additive])
def test_additive_methods_leave_the_base_where_no_model_differs(name):
    torch.manual_seed(0)
    base = torch.randn(5, 8)
    values = {**arguments(METHODS[name], 3), "base": base}
    assert torch.equal(merged(name)([base.clone() for _ in range(3)], **values), base)
