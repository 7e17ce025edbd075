"""What the kernels compute, against numpy's and torch's own arithmetic."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.arrays import BINS, BLOCK
from evomerge.merge.kernels.thinning import Cut, Drawn, Marked, Thinnings
from tests.merge.reference import hash32

ANYTHING = settings(deadline=None)
NARROW = [torch.bfloat16, torch.float16]
SIZES = st.sampled_from([0, 1, 15, 17, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])


def same_bits(x, y):
    bits = {torch.float32: torch.int32}.get(x.dtype, torch.int16)
    return torch.equal(x.view(bits), y.view(bits))


def copied(theta, dtype):
    """A tensor read and written by a kernel, and whether it said that all is finite."""
    out = torch.empty(theta.numel(), dtype=dtype)
    return out, cpu.combine([theta], [1.0], out, 0)


@pytest.mark.parametrize("dtype", NARROW)
def test_every_code_of_the_narrow_types_is_read_as_torch_reads_it(dtype):
    codes = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(dtype)
    wide, finite = copied(codes, torch.float32)
    number = ~codes.isnan()
    assert same_bits(wide[number], codes.float()[number])
    assert wide[~number].isnan().all()
    assert not finite
    back, _ = copied(codes, dtype)
    assert same_bits(back[codes.isfinite()], codes[codes.isfinite()])


@pytest.mark.parametrize("dtype", NARROW)
def test_float32_is_rounded_to_nearest_even(dtype):
    codes = np.random.default_rng(0).integers(0, 2**32, 1 << 20, dtype=np.uint32)
    halfway = np.arange(2**16, dtype=np.uint32) << np.uint32(16)  # ties of bfloat16, and about them
    every = np.concatenate([codes, *(halfway + np.uint32(d) for d in (0x7FFF, 0x8000, 0x8001))])
    step = torch.finfo(torch.float16).tiny * 2**-10  # float16's smallest, in halves and about them
    small = np.arange(-4096, 4096, dtype=np.float32) * np.float32(step / 4)
    values = torch.from_numpy(np.concatenate([every.view(np.float32), small]))
    values = values[~values.isnan()]
    made, finite = copied(values, dtype)
    assert same_bits(made, values.to(dtype))
    assert not finite
    inside = values[values.to(dtype).isfinite()]
    assert copied(inside, dtype)[1]


@pytest.mark.parametrize("dtype", [torch.float32, *NARROW])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 3.4e38])
@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK, 2 * BLOCK + 2])
def test_one_value_that_is_not_finite_is_told(dtype, odd, at):
    theta = torch.ones(2 * BLOCK + 3)
    assert copied(theta, dtype)[1]
    theta[at] = odd
    finite = copied(theta, dtype)[1]
    assert finite == bool(torch.isfinite(theta.to(dtype)).all())
    assert finite == (dtype == torch.float32 and odd == 3.4e38)


@pytest.mark.parametrize("dtype", [torch.float32, *NARROW])
def test_nan_stays_nan_whatever_its_bits(dtype):
    codes = np.array([0x7FFFFFFF, 0xFFFFFFFF, 0x7F800001, 0xFF800001, 0x7FC00000], np.uint32)
    made, finite = copied(torch.from_numpy(codes.view(np.float32)), dtype)
    assert made.isnan().all()
    assert not finite


def as_float32(theta):
    return theta.float().numpy()


@given(
    SIZES, st.lists(st.tuples(st.floats(-2, 2), st.sampled_from(range(3))), min_size=1), st.data()
)
@ANYTHING
def test_combine_rounds_every_product_and_every_sum(size, models, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    dtypes = [torch.float32, *NARROW]
    thetas = [torch.tensor(rng.standard_normal(size)).to(dtypes[kind]) for _, kind in models]
    weights = [weight for weight, _ in models]
    offset = data.draw(st.integers(0, size))
    expected = as_float32(thetas[0]) * np.float32(weights[0])
    for theta, weight in zip(thetas[1:], weights[1:], strict=True):
        expected = expected + as_float32(theta) * np.float32(weight)
    out = torch.empty(size - offset)
    assert cpu.combine(thetas, weights, out, offset)
    np.testing.assert_array_equal(out.numpy(), expected[offset:])


def thinned(theta, thinning, parts=1):
    """What a thinning leaves of a delta, made in so many parts."""
    size, out = theta.numel(), torch.empty(theta.numel())
    thinnings = Thinnings([thinning])
    flags = {"elect": False, "plainly": False, "least": None, "lambda_": 1.0}
    step = size // parts + 1
    for begin in range(0, size, step):
        part = out[begin : begin + step]
        cpu.add_task_vectors(
            torch.zeros(size), [theta], [1.0], [1.0], thinnings, out=part, offset=begin, **flags
        )
    return out.numpy()


@given(st.integers(0, 99), SIZES, st.integers(1, 5), st.booleans(), st.data())
@ANYTHING
def test_a_cut_keeps_the_largest_and_the_first_of_those_as_large(seed, size, parts, drops, data):
    values = np.random.default_rng(seed).integers(-3, 4, size).astype(np.float32)
    order = np.argsort(-abs(values), kind="stable")
    keep = data.draw(st.integers(0, size))
    drop = data.draw(st.integers(0, keep)) if drops else 0
    expected = np.zeros_like(values)
    expected[order[drop:keep]] = values[order[drop:keep]]
    sides = []
    for count in (keep, drop):
        limit = abs(values[order[count - 1]]) if count else np.inf
        sides += [float(limit), count - int((abs(values) > limit).sum())]
    limit, quota, top, top_quota = sides
    cut = Cut(limit, quota, keep, drop, top, top_quota)
    np.testing.assert_array_equal(thinned(torch.from_numpy(values), cut, parts), expected)


@given(SIZES, st.integers(0, 2**64 - 1), st.integers(0, 2**32), st.integers(1, 3))
@ANYTHING
def test_a_drawn_element_is_one_whose_hash_is_below_the_threshold(size, key, threshold, parts):
    kept = hash32(key, np.arange(size)) < threshold
    theta = torch.arange(1.0, size + 1)
    np.testing.assert_array_equal(
        thinned(theta, Drawn(key, threshold), parts), np.where(kept, theta.numpy(), 0)
    )
    sizes = cpu.sizes_drawn(-theta, torch.zeros(size), key, threshold)
    assert sizes == (theta.sum(dtype=torch.float64), theta.numpy()[kept].sum(dtype=np.float64))


@given(SIZES, st.integers(0, 99), st.integers(1, 3))
@ANYTHING
def test_a_marked_element_stays(size, seed, parts):
    every = torch.from_numpy(np.random.default_rng(seed).random(size) < 0.5)
    theta = torch.arange(1.0, size + 1)
    marked = Marked(lambda offset, count: every[offset : offset + count])
    np.testing.assert_array_equal(thinned(theta, marked, parts), (theta * every).numpy())


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


@given(SIZES, st.integers(1, 4), st.booleans(), st.integers(0, 99))
@ANYTHING
def test_inner_products_are_those_of_float64(size, count, based, seed):
    rng = np.random.default_rng(seed)
    every = [torch.tensor(rng.standard_normal(size)).to(torch.bfloat16) for _ in range(count)]
    base = torch.tensor(rng.standard_normal(size), dtype=torch.float32) if based else None
    wide = np.array([as_float32(t) - (0 if base is None else base.numpy()) for t in every])
    expected = wide.astype(np.float64) @ wide.astype(np.float64).T
    ours = cpu.inner_products(every, base)
    np.testing.assert_allclose(ours, expected, rtol=1e-13, atol=1e-13 * max(1, size))
    np.testing.assert_array_equal(ours, ours.T)


@given(SIZES, st.sampled_from([torch.float32, *NARROW]), st.integers(0, 99))
@ANYTHING
def test_magnitudes_are_counted_exactly(size, dtype, seed):
    rng = np.random.default_rng(seed)
    theta, base = (torch.tensor(rng.standard_normal(size) * 0.05).to(dtype) for _ in range(2))
    codes = abs(as_float32(theta) - as_float32(base)).view(np.uint32).astype(np.int64)
    bins = 2 * (codes >> 16) + (codes % (1 << 16) > 0)
    counts, places = cpu.magnitudes_by_bin(theta, base)
    np.testing.assert_array_equal(counts, np.bincount(bins, minlength=BINS))
    np.testing.assert_array_equal(places, np.bincount(bins, codes & 0xFFFF, minlength=BINS))
    for wanted in {0, *bins[:2].tolist(), *(bins[:2] ^ 1).tolist()}:
        here = codes[bins == wanted] & 0xFFFF
        np.testing.assert_array_equal(
            cpu.magnitudes_inside(theta, base, wanted), np.bincount(here, minlength=1 << 16)
        )
    found = cpu.magnitudes_distinct(theta, base)
    values, times = np.unique(codes, return_counts=True)
    np.testing.assert_array_equal(found[:, found[0].argsort()], [values, times])


def test_too_many_distinct_magnitudes_are_not_listed():
    theta = torch.arange(1, 200_001).float()
    assert cpu.magnitudes_distinct(theta, torch.zeros(200_000)).shape == (2, 0)


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
