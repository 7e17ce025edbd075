"""What holds for every merge method."""

import pytest
import torch

from evomerge.errors import TrialError
from evomerge.merge.making.filling import Computing
from evomerge.merge.methods import METHODS, Inputs
from tests.merge.methods.cases import defaults, merged

PLAIN = {n: m for n, m in METHODS.items() if m.statistic is None and not m.placed}
"""Methods that need no more than tensors and numbers."""
LIKE_ONE = [name for name, method in PLAIN.items() if method.alone is not None]
"""Methods by which a parent alone can be its own offspring."""
WAYS = [(name, True) for name, method in PLAIN.items() if method.base != "unused"] + [
    (name, False) for name, method in PLAIN.items() if method.base != "required"
]
"""Methods with a base, and those that do without."""
SPARSE = {"density": 0.5, "select_topk": 0.4, "epsilon": 0.2, "filter_wise": True, "gamma": 0.1}

SIX = {"weight": [0.3, 0.9, 0.5, 0.7, 0.2, 0.4]}


def tensors(count, shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for _ in range(count)]


def models_of(name):
    fewest, most = METHODS[name].models
    return min(most or 3, max(fewest, 3))


def sparse(name, count):
    """Settings of a method that leave some of its deltas out."""
    values = defaults(name, count)
    for key, value in SPARSE.items():
        if key in values:
            values[key] = [value] * count if isinstance(values[key], list) else value
    if "weight" in values:
        values["weight"] = [0.3, 0.9, 0.5][:count]
    return values


@pytest.mark.parametrize("name", LIKE_ONE)
def test_a_parent_alone_with_weight_1_gives_that_parent(name):
    theta, base = tensors(2, (6, 5))
    method = METHODS[name]
    made = merged(name, [theta] * method.models[0], base, **method.alone)
    assert torch.allclose(made, theta, atol=1e-6)


@pytest.mark.parametrize("name", ["task_arithmetic", "ties", "dare_ties", "della_linear"])
def test_a_parent_alone_keeps_what_its_delta_would_lose(name):
    theta, base = torch.tensor([2.0**-30, -0.0, 1.0]), torch.tensor([1.0, -0.0, 0.5])
    made = merged(name, [theta], base)
    assert torch.equal(made.view(torch.int32), theta.view(torch.int32))


@pytest.mark.parametrize("name", PLAIN)
def test_inputs_are_left_alone_and_results_repeat(name):
    *thetas, base = tensors(models_of(name) + 1, (4, 6))
    before = [t.clone() for t in (*thetas, base)]
    values = sparse(name, len(thetas))
    first, second = (merged(name, thetas, base, **values) for _ in range(2))
    assert torch.equal(first, second)
    assert all(torch.equal(a, b) for a, b in zip(before, (*thetas, base), strict=True))


@pytest.mark.parametrize("name", [n for n, m in PLAIN.items() if m.models[1] != 1])
def test_permuting_models_permutes_nothing(name):
    count = models_of(name)
    *thetas, base = tensors(count + 1, (10, 5))
    values = sparse(name, count)
    turned = {k: [*v[1:], v[0]] if isinstance(v, list) else v for k, v in values.items()}
    first = merged(name, thetas, base, **values)
    second = merged(name, [*thetas[1:], thetas[0]], base, **turned)
    assert torch.allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("name, with_base", WAYS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("shape", [(9, 11), (60,), (3, 4, 5)], ids=str)
def test_a_tensor_in_parts_is_the_whole_tensor(monkeypatch, name, dtype, shape, with_base):
    method, count = METHODS[name], models_of(name)
    # Rounded, so that magnitudes are equal all the time.
    *thetas, base = ((t * 4).round().to(dtype) for t in tensors(count + 1, shape))
    inputs = Inputs(thetas, base if with_base else None)
    values = {**sparse(name, count), **({"nuslerp_flatten": False} if name == "nuslerp" else {})}
    formula = method.make(inputs, **values)
    whole, parts = torch.empty(inputs.numel), torch.empty(inputs.numel)
    Computing(inputs, formula).fill(whole)
    making = Computing(inputs, formula)
    for begin in range(0, inputs.numel, 2 * inputs.columns):
        making.fill(parts[begin : begin + 2 * inputs.columns])
    assert torch.equal(parts, whole)
    monkeypatch.setattr("evomerge.merge.methods.inputs.PART", 7)
    monkeypatch.setattr("evomerge.merge.making.filling.PART", 7)
    again = Inputs(thetas, base if with_base else None)
    Computing(again, method.make(again, **values)).fill(parts)
    assert torch.equal(parts, whole)


def test_the_sum_of_many_models_is_that_of_any_part():
    """Torch adds five or more in an order that depends on where an element stands."""
    *thetas, base = tensors(7, (37, 5))
    inputs = Inputs(thetas, base)
    formula = METHODS["consensus_ta"].make(inputs, **sparse("consensus_ta", 6) | SIX)
    whole, parts = torch.empty(inputs.numel), torch.empty(inputs.numel)
    Computing(inputs, formula).fill(whole)
    making = Computing(inputs, formula)
    for begin in range(0, inputs.numel, 10):
        making.fill(parts[begin : begin + 10])
    assert torch.equal(parts, whole)


@pytest.mark.parametrize("name", [n for n, m in PLAIN.items() if m.additive])
def test_additive_methods_leave_the_base_where_no_model_differs(name):
    (base,) = tensors(1, (5, 8))
    thetas = [base.clone() for _ in range(models_of(name))]
    assert torch.equal(merged(name, thetas, base, **sparse(name, len(thetas))), base)


@pytest.mark.parametrize(
    "name, where", [(n, "model") for n in PLAIN] + [(n, "base") for n, b in WAYS if b]
)
def test_what_is_not_a_number_shows(name, where):
    """Whatever is thinned out."""
    *thetas, base = tensors(models_of(name) + 1, (4, 50))
    (base if where == "base" else thetas[0])[2, 3] = float("nan")
    inputs = Inputs(thetas, base if (name, True) in WAYS else None)
    try:
        formula = METHODS[name].make(inputs, **sparse(name, len(thetas)))
    except TrialError:
        return
    assert not Computing(inputs, formula).fill(torch.empty(inputs.numel))
