from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evomerge.errors import TrialError
from evomerge.merge.methods.deltas import Deltas, inverse_root, is_matrix, singular
from evomerge.merge.methods.inputs import Inputs
from tests.merge import matrix_reference as reference
from tests.merge.carried_out import made, merged
from tests.merge.reference import combined, trimmed

GRID = 64
"""Steps of 1: values so round that float32 holds sums of them exactly, and low ranks stay low."""


@st.composite
def models(draw, most=4, kinds=("full", "low", "zero", "same")):
    """Base and models in float32: tall and wide, deltas of full rank and less, zero or equal."""
    rows, columns = draw(st.integers(2, 12)), draw(st.integers(2, 12))
    count = draw(st.integers(1, most))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    deltas = []
    for _ in range(count):
        match draw(st.sampled_from(kinds)):
            case "full":
                delta = np.round(random.normal(size=(rows, columns)) * GRID) / GRID
            case "low":
                delta = np.outer(random.integers(-3, 4, rows), random.integers(-3, 4, columns))
            case "same" if deltas:
                delta = deltas[-1]
            case _:
                delta = np.zeros((rows, columns))
        deltas.append(delta)
    base = np.round(random.normal(size=(rows, columns)) * GRID) / GRID
    tensors = [torch.tensor(x, dtype=torch.float32) for x in (base, *(base + d for d in deltas))]
    return tensors[0], tensors[1:]


def arrays(base, thetas, weight):
    """The weighted deltas in float64."""
    return [
        (theta.double() - base.double()).numpy() * w
        for theta, w in zip(thetas, weight, strict=True)
    ]


def weights(thetas):
    return [0.5, 1.0, 1.5, 0.25][: len(thetas)]


def clear(matrix, cut=None):
    """Whether no singular value is nearly nothing, and those at the cut are well apart."""
    values = np.linalg.svd(matrix, compute_uv=False)
    values = values / max(values[0], 1e-300)
    if np.any((values < 1e-3) & (values > 1e-9)):
        return False
    cut = len(values) if cut is None else cut
    apart = not 0 < cut < len(values) or values[cut - 1] < 1e-9
    return apart or values[cut - 1] - values[cut] > 1e-3


def assert_agrees(ours, expected, tolerance=2e-5):
    assert ours.dtype == torch.float32
    assert ours.is_contiguous()
    scale = max(1.0, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(ours.double().numpy(), expected, rtol=0, atol=tolerance * scale)


def delta_of(ours, base, lambda_=1.0):
    return (ours.double() - base.double()).numpy() / lambda_


@given(models())
def test_tsv(case):
    base, thetas = case
    deltas = arrays(base, thetas, weights(thetas))
    assume(all(clear(d, min(base.shape) // len(thetas)) for d in deltas))
    ours = merged("tsv", thetas, base, weight=weights(thetas), lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.tsv(deltas))


@given(models())
def test_iso_c(case):
    base, thetas = case
    deltas = arrays(base, thetas, weights(thetas))
    assume(clear(sum(deltas)))
    ours = merged("iso_c", thetas, base, weight=weights(thetas), lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.iso_c(deltas))


@settings(max_examples=200)
@given(models(kinds=("full", "low", "zero")), st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0]))
def test_iso_cts(case, common):
    base, thetas = case
    deltas = arrays(base, thetas, weights(thetas))
    full, count = min(base.shape), len(thetas)
    own = min(round((full - int(common * full)) / count), full // count)
    shared = full - own * count
    assume(clear(sum(deltas), shared))
    u = np.linalg.svd(sum(deltas))[0][:, :shared]
    assume(all(clear(d - u @ u.T @ d, own) or not d.any() for d in deltas))
    ours = merged("iso_cts", thetas, base, weight=weights(thetas), common=common, lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.iso_cts(deltas, common))


@given(models(), st.sampled_from([0.0, 0.01, 1.0]))
def test_wudi(case, ridge):
    base, thetas = case
    deltas = arrays(base, thetas, [1.0] * len(thetas))
    assume(ridge or clear(np.vstack([d / max(np.linalg.norm(d), 1e-9) for d in deltas])))
    ours = merged("wudi", thetas, base, weight=weights(thetas), ridge=ridge, lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.wudi(deltas, weights(thetas), ridge))


@given(models(), st.sampled_from([0.0, 0.9, 1.0]), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_regmean(case, shrink, tokens, seed):
    _, thetas = case
    random = np.random.default_rng(seed)
    inputs = [random.normal(size=(tokens, thetas[0].shape[1])) for _ in thetas]
    inputs = [x * (random.random(x.shape[1]) > 0.2) for x in inputs]  # features that are off
    grams = [x.T @ x for x in inputs]
    assume(shrink < 1 or clear(np.vstack(inputs)))
    expected = reference.regmean(
        [theta.double().numpy() for theta in thetas], grams, weights(thetas), shrink
    )
    ours = merged(
        "regmean",
        thetas,
        weight=weights(thetas),
        shrink=shrink,
        statistics=[torch.tensor(g) for g in grams],
    )
    assume(np.abs(expected).max() < 100)
    assert_agrees(ours, expected)


@given(
    models(kinds=("full", "low", "zero")),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    st.booleans(),
)
def test_knots(case, density, normalize):
    base, thetas = case
    deltas = arrays(base, thetas, [1.0] * len(thetas))
    values = np.linalg.svd(np.hstack(deltas), compute_uv=False)
    assume(clear(np.hstack(deltas)))
    values = values[values > 1e-6 * max(values[0], 1)]
    assume(np.all(-np.diff(values) > 1e-2 * values[:-1]))

    def merge(parts):
        if not parts[0].size:
            return parts[0]
        flat = sorted(np.abs(np.concatenate([p.ravel() for p in parts])))
        assume(all(b - a > 1e-7 or b < 1e-9 for a, b in pairwise(flat)))
        thinned = [
            w * trimmed(np.where(np.abs(p) < 1e-9, 0.0, p), density)
            for p, w in zip(parts, weights(thetas), strict=True)
        ]
        assume(np.all((np.abs(sum(thinned)) > 1e-6) | (sum(map(np.abs, thinned)) == 0)))
        return combined(thinned, weights(thetas), True, normalize)

    settings_ = {"density": [density] * len(thetas), "normalize": normalize, "lambda_": 0.5}
    ours = merged("knots", thetas, base, weight=weights(thetas), **settings_)
    expected = reference.knots(deltas, weights(thetas), merge)
    assert_agrees(ours, base.numpy() + 0.5 * expected, 1e-4)


EXACT = {"ridge": 0.0}
HALF = {"density": [0.5] * 3, "normalize": True}
OTHERS = {
    "tsv": {},
    "iso_c": {},
    "iso_cts": {"common": 0.5},
    "wudi": {"ridge": 0.01},
    "knots": HALF,
}
"""Every matrix method of deltas, and its parameters other than weight and lambda."""


def method(name, **others):
    settings_ = {**OTHERS[name], **others}

    def merge(thetas, base, weight):
        several = {k: v[: len(thetas)] if isinstance(v, list) else v for k, v in settings_.items()}
        return merged(name, thetas, base, weight=weight, lambda_=1.0, **several)

    return merge


@pytest.mark.parametrize("shape", [(40, 24), (24, 40), (30, 30)], ids=str)
@pytest.mark.parametrize("name", ["tsv", "iso_cts", "wudi", "knots"])
def test_a_model_alone_and_equal_models(name, shape):
    base, theta = randoms(shape, 2)
    if name in ("tsv", "wudi"):  # of full rank; the others flatten or thin out even one
        assert torch.allclose(method(name)([theta], base, [1.0]), theta, atol=1e-5)
    if name == "wudi":
        same = method(name, **EXACT)([theta] * 3, base, [1.0] * 3)
        assert torch.allclose(same, theta, atol=1e-5)
    unchanged = method(name)([base.clone(), base.clone()], base, [1.0, 1.0])
    assert torch.equal(unchanged, base)


def randoms(shape, count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for _ in range(count)]


def test_equal_models_give_what_tsv_keeps_of_them():
    base, theta = randoms((20, 12), 2)
    u, s, vt = torch.linalg.svd(theta.double() - base.double(), full_matrices=False)
    kept = base + (u[:, :6] * s[:6]) @ vt[:6]
    ours = method("tsv")([theta, theta], base, [1.0, 1.0])
    assert torch.allclose(ours.double(), kept, atol=1e-5)


@pytest.mark.parametrize("shape", [(40, 24), (24, 40)], ids=str)
def test_iso_flattens_the_spectrum_and_keeps_its_total(shape):
    base, *thetas = randoms(shape, 4)
    total = torch.linalg.svdvals(sum(theta - base for theta in thetas))
    flat = torch.linalg.svdvals(method("iso_c")(thetas, base, [1.0] * 3) - base)
    assert torch.allclose(flat, total.mean().expand(24), rtol=1e-5)
    flat = torch.linalg.svdvals(method("iso_cts")(thetas, base, [1.0] * 3) - base)
    assert torch.allclose(flat, flat.mean().expand(24), rtol=1e-5)


def test_iso_cts_with_all_in_common_is_iso_c():
    base, *thetas = randoms((30, 20), 4)
    ours = method("iso_cts", common=1.0)(thetas, base, [1.0] * 3)
    assert torch.allclose(ours, method("iso_c")(thetas, base, [1.0] * 3), atol=1e-5)


def test_task_directions_of_iso_cts_are_in_the_result():
    """One strong common direction, and weak ones that only a task has: they weigh as much."""
    base, unit = torch.zeros(9, 9), torch.eye(9)
    strong, weak = unit[0].outer(unit[0]), unit[1].outer(unit[1])
    thetas = [strong + 0.1 * weak, strong]
    ours = method("iso_cts", common=1 / 9)(thetas, base, [1.0, 1.0])
    assert torch.allclose(ours, (strong + weak) * (2 + 0.1) / 2, atol=1e-5)


def test_tsv_makes_singular_vectors_orthonormal():
    base, *thetas = randoms((40, 24), 4)
    products = Deltas(Inputs(thetas, base)).products()
    parts = [singular(products[i, i]) for i in range(3)]
    right = torch.cat([v[:, :8] for _, v in parts], dim=1)
    made = right @ inverse_root(right.T @ right)
    assert torch.allclose(made.T @ made, torch.eye(24, dtype=torch.float64), atol=1e-9)
    # Of all such, the nearest: the symmetric part of what is between them is positive.
    between = made.T @ right
    assert torch.allclose(between, between.T, atol=1e-9)
    assert torch.linalg.eigvalsh(between).min() > 0


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


def test_regmean_solves_its_normal_equations():
    thetas = randoms((10, 16), 3)
    grams = [x.double().T @ x.double() for x in randoms((40, 16), 3, seed=1)]
    ours = merged("regmean", thetas, weight=[1.0, 2.0, 3.0], shrink=1.0, statistics=grams).double()
    left = ours @ sum(w * g for w, g in zip([1, 2, 3], grams, strict=True))
    right = sum(w * t.double() @ g for w, t, g in zip([1, 2, 3], thetas, grams, strict=True))
    assert torch.allclose(left, right, rtol=1e-5, atol=1e-4)


def test_regmean_of_equal_inputs_or_none_is_the_mean():
    thetas = randoms((10, 16), 2)
    mean = 0.25 * thetas[0] + 0.75 * thetas[1]
    gram = (x := randoms((40, 16), 1)[0].double()).T @ x
    for same in (gram, torch.zeros_like(gram)):
        ours = merged("regmean", thetas, weight=[1.0, 3.0], shrink=0.9, statistics=[same, same])
        assert torch.allclose(ours, mean, atol=1e-5)


def test_knots_in_bases_that_do_not_meet_adds_up():
    """LoRA deltas with orthogonal left and right factors: nothing to align, nothing in conflict."""
    q = torch.linalg.qr(torch.randn(40, 40, generator=torch.Generator().manual_seed(0)))[0]
    base = torch.zeros(40, 40)
    thetas = [q[:, :3] @ q[3:6] * 2, q[:, 6:9] @ q[9:12] * 3]
    weight = [1.0, 0.5]
    ours = method("knots", density=[1.0, 1.0], normalize=False)(thetas, base, weight)
    assert torch.allclose(ours, thetas[0] + 0.5 * thetas[1], atol=1e-5)


def test_knots_of_everything_is_task_arithmetic_without_a_conflict():
    base, theta = randoms((30, 30), 2)
    ours = method("knots", density=[1.0])([theta], base, [1.0])
    assert torch.allclose(ours, theta, atol=1e-5)


def test_knots_takes_no_rounding_for_a_direction():
    """A rank of 2 stored in bfloat16: thinning half of V out must not find rounding in it."""
    base, a, b = (*randoms((64, 64), 1), randoms((64, 2), 1, seed=1)[0], randoms((2, 64), 1)[0])
    base = base.bfloat16()
    theta = (base.float() + a @ b).bfloat16()
    ours = method("knots", density=[1.0])([theta], base, [1.0])
    assert torch.linalg.matrix_rank(ours - base.float(), rtol=1e-4) == 2


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("shape", [(33, 20), (20, 33)], ids=str)
def test_rows_at_a_time_and_inputs_left_alone(monkeypatch, name, dtype, shape):
    base, *thetas = (t.to(dtype) for t in randoms(shape, 4))
    before = [t.clone() for t in (base, *thetas)]
    whole = method(name)(thetas, base, [0.5, 1.0, 1.5])
    assert torch.equal(method(name)(thetas, base, [0.5, 1.0, 1.5]), whole)
    assert all(torch.equal(a, b) for a, b in zip(before, (base, *thetas), strict=True))
    monkeypatch.setattr("evomerge.merge.methods.deltas.ROWS", 7)
    assert torch.allclose(method(name)(thetas, base, [0.5, 1.0, 1.5]), whole, atol=1e-5)


@pytest.mark.parametrize("name", OTHERS)
def test_permuting_models_changes_roundings_alone(name):
    base, *thetas = randoms((24, 18), 4)
    one = method(name)(thetas, base, [0.5, 1.0, 1.5])
    other = method(name)([thetas[2], thetas[0], thetas[1]], base, [1.5, 0.5, 1.0])
    assert torch.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("name", ["tsv", "iso_c"])  # others tell inputs from outputs
def test_turning_a_matrix_turns_the_result(name):
    base, *thetas = randoms((24, 18), 4)
    one = method(name)(thetas, base, [1.0] * 3)
    other = method(name)([t.T for t in thetas], base.T, [1.0] * 3)
    assert torch.allclose(one, other.T, atol=1e-5)


def test_what_is_too_large_is_told():
    base, theta = randoms((4, 3), 2)
    with pytest.raises(TrialError, match="too large"):
        method("iso_c")([theta], base, [1e300])


def test_matrices_have_two_sides_of_more_than_one():
    shapes = [(2, 2), (5, 1), (1, 5), (0, 3), (4,), (), (2, 2, 2)]
    assert [is_matrix(shape) for shape in shapes] == [True] + [False] * 6
    assert not is_matrix((50, 20), table=True)


def test_tsv_is_linear_in_its_weights_and_remembers_the_rest():
    base, *thetas = randoms((24, 18), 3)
    inputs = Inputs(thetas, base)
    one, other, both = (
        made("tsv", inputs, weight=weight, lambda_=1.0) - base
        for weight in ([1.0, 0.0], [0.0, -2.0], [1.0, -2.0])
    )
    assert torch.allclose(one + other, both, atol=1e-5)
    fresh = method("tsv")(thetas, base, [1.0, -2.0])
    assert torch.equal(fresh, made("tsv", inputs, weight=[1.0, -2.0], lambda_=1.0))
