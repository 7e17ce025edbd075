"""The kernels for a GPU make the bits that their twins of Numba make; sums are as exact.

Without a GPU Triton's interpreter runs them (tests/conftest.py asks for it).
"""

import importlib
import inspect
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.errors import UserError
from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.numba import hashing
from evomerge.merge.kernels.tensors import lines, sums
from evomerge.merge.kernels.tensors.ranks import draws
from evomerge.merge.kernels.thinning import Cut, Drawn, Marked, Thinnings
from evomerge.merge.making import filling
from evomerge.merge.methods import METHODS, Inputs
from evomerge.merge.methods.della import magprune
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.methods.variances import Variances

pytest.importorskip("triton")
from evomerge.merge.kernels import gpu

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
BLOCK = 32
SMALL = [
    (gpu, "BLOCK", BLOCK),
    (gpu, "RUN", 2),
    (gpu, "MENDERS", 3),
    (sums, "CHUNK", 40),
    (lines, "LENGTH", 16),
]
LAUNCHED = [(module, name, getattr(module, name)) for module, name, _ in SMALL]
"""What the engine launches, which other tests make smaller."""
SIZES = st.sampled_from([0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
TYPES = st.sampled_from([torch.float32, torch.bfloat16, torch.float16])
WEIGHTS = st.floats(-2, 2).map(lambda w: round(w, 3))
FEW = settings(max_examples=40, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    """So that a few elements are several blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(gpu.OPTIONS, "BLOCK", BLOCK)
        for module, name, number in SMALL:
            patch.setattr(module, name, number)
        yield


@st.composite
def tensors(draw, least=1, most=3, special=False):
    """So many tensors of one size: noise, or few values and hence many ties."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size, few = draw(SIZES), draw(st.booleans())
    made = []
    for _ in range(draw(st.integers(least, most))):
        values = rng.integers(-3, 4, size) / 4 if few else rng.standard_normal(size) * 0.05
        if special and size:
            odd = [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-40, -0.0, 65520.0, 3e-8]
            values[rng.integers(0, size, 2)] = rng.choice(odd, 2)
        with np.errstate(over="ignore"):
            made.append(torch.tensor(values, dtype=torch.float32).to(draw(TYPES)))
    return made


@st.composite
def thinnings(draw, theta, base):
    """A way to thin out a delta."""
    kind = draw(st.sampled_from(["whole", "cut", "top", "drawn", "marked"]))
    sizes = (theta.float() - base.float()).abs().nan_to_num(1.0, 1.0).sort().values.tolist()
    if kind == "drawn":
        return Drawn(draw(st.integers(0, 2**64 - 1)), draw(st.integers(0, 2**32)))
    if kind == "marked":
        every = draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
        bits = np.packbits(np.array(every, bool), bitorder="little")
        return Marked.of_bits(torch.from_numpy(bits))
    if kind == "whole" or not sizes:
        return None
    low, high = sorted(draw(st.integers(0, len(sizes) - 1)) for _ in range(2))
    limit, top = sizes[low], sizes[high]
    told, tied, above = draw(st.booleans()), sizes.count(limit), sizes.count(top)
    return Cut(
        limit,
        draw(st.integers(0, tied)),
        0,
        0,
        *((top, draw(st.integers(0, above))) if kind == "top" else ()),
        **({"tied": tied, "top_tied": above} if told else {}),
    )


def on_device(thinning):
    if isinstance(thinning, Marked) and DEVICE.type == "cuda":
        return Marked(lambda offset, count: thinning.marks(offset, count).to(DEVICE))
    return thinning


def moved(every):
    return [tensor.to(DEVICE) for tensor in every]


def assert_same(ours, ours_finite, theirs, theirs_finite):
    ours, where = ours.cpu(), torch.isfinite(theirs)
    assert torch.equal(torch.isfinite(ours), where)
    bits = torch.int32 if theirs.dtype == torch.float32 else torch.int16
    assert torch.equal(ours.view(bits)[where], theirs.view(bits)[where])
    assert theirs_finite == bool(where.all())
    # A flag may have been cleared by a block that was made again, and then the tensor tells.
    assert theirs_finite or not bool(ours_finite)


def test_every_kernel_is_there_and_takes_the_same():
    public = [name for name, one in vars(cpu).items() if inspect.isfunction(one)]
    assert "draw_by_rank" in public
    for name in public:
        ours, theirs = (list(inspect.signature(getattr(k, name)).parameters) for k in (gpu, cpu))
        assert ours == theirs


@given(tensors(special=True), TYPES, st.data())
@FEW
def test_combine(thetas, dtype, data):
    weights = [data.draw(st.floats(-2, 2, width=16) | st.just(1e39)) for _ in thetas]
    offset = data.draw(st.integers(0, thetas[0].numel()))
    made = [torch.empty(thetas[0].numel() - offset, dtype=dtype) for _ in range(2)]
    theirs = cpu.combine(thetas, weights, made[0], offset)
    out = made[1].to(DEVICE)
    ours = gpu.combine(moved(thetas), weights, out, offset)
    assert_same(out, ours, made[0], theirs)
    assert bool(ours) == theirs


def both(base, thetas, ways, parts, dtype, numbers):
    """What both make of a part after the other."""
    results = []
    for kernels, place in ((gpu, moved), (cpu, list)):
        thin = Thinnings([on_device(way) if kernels is gpu else way for way in ways])
        (b, *models), finite = place([base, *thetas]), True
        (out,) = place([torch.empty(base.numel(), dtype=dtype)])
        for begin, end in pairwise(parts):
            finite &= kernels.add_task_vectors(
                b, models, *numbers[0], thin, **numbers[1], out=out[begin:end], offset=begin
            )
        results += [out, finite]
    return results


@given(tensors(least=2, most=4), TYPES, st.booleans(), st.data())
@FEW
def test_task_vectors(every, dtype, special, data):
    base, *thetas = every
    if special and base.numel():
        odd = [np.nan, np.inf, 3e38, -0.0]
        thetas[0][data.draw(st.integers(0, base.numel() - 1))] = data.draw(st.sampled_from(odd))
    ways = [data.draw(thinnings(theta, base)) for theta in thetas]
    cuts = sorted(data.draw(st.lists(st.integers(0, base.numel()), max_size=2)))
    plainly, elect = data.draw(st.sampled_from([(False, False), (False, True), (True, True)]))
    least = data.draw(st.sampled_from([None, 0.0, 0.25])) if elect else None
    weights = [data.draw(WEIGHTS) for _ in thetas]
    if plainly:
        weights = [abs(w) for w in weights]
    factors = [data.draw(st.sampled_from([1.0, 1.7, 3e38])) for _ in thetas]
    flags = {"elect": elect, "plainly": plainly, "least": least, "lambda_": data.draw(WEIGHTS)}
    parts = [0, *cuts, base.numel()]
    assert_same(*both(base, thetas, ways, parts, dtype, ((weights, factors), flags)))


@pytest.mark.parametrize("spread", ["even", "first", "last"])
@pytest.mark.parametrize("quota", [0, 1, BLOCK, 2 * BLOCK + 1, 3 * BLOCK - 1, 3 * BLOCK])
@pytest.mark.parametrize("told", [True, False])
def test_the_first_of_the_ties_stay_wherever_they_are(spread, quota, told):
    """However wrong the guess is where the quota ends."""
    size, tied = 9 * BLOCK, 3 * BLOCK
    at = {"even": range(0, size, 3), "first": range(tied), "last": range(size - tied, size)}
    theta = torch.full((size,), 2.0)
    theta[list(at[spread])] = -1.0
    cut = Cut(1.0, quota, quota, tied=tied if told else 0)
    flags = {"elect": False, "plainly": False, "least": None, "lambda_": 1.0}
    base, parts = torch.zeros(size), [0, size]
    made, *others = both(base, [theta], [cut], parts, torch.float32, (([1.0], [1.0]), flags))
    assert_same(made, *others)
    assert (made == -1).nonzero().flatten().tolist() == [*at[spread]][:quota]


@given(tensors(most=3), st.booleans())
@FEW
def test_inner_products(every, based):
    base = every[0] if based else None
    ours = gpu.inner_products(moved(every), None if base is None else base.to(DEVICE))
    theirs = cpu.inner_products(every, base)
    largest = float(theirs.diagonal().max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=1e-14 * largest)
    np.testing.assert_array_equal(ours, ours.T)


def test_inner_products_of_what_is_not_finite_are_not():
    x, y = torch.tensor([np.inf, 1.0]), torch.tensor([-np.inf, 1.0])
    assert np.isinf(gpu.inner_products(moved([x]))).all()
    both = gpu.inner_products(moved([torch.cat([x, y]), torch.cat([x, x])]))
    assert np.isnan(both[0, 1])


@given(tensors(least=2, most=2, special=True), st.data())
@FEW
def test_magnitudes(pair, data):
    theirs = [tensor.nan_to_num() for tensor in pair]  # there are many kinds of NaN
    ours = moved(theirs)
    counted = gpu.magnitudes_by_bin(*ours)
    np.testing.assert_array_equal(counted, cpu.magnitudes_by_bin(*theirs))
    wanted = data.draw(st.sampled_from([*np.flatnonzero(counted[0]).tolist(), 0, 32767]))
    np.testing.assert_array_equal(
        gpu.magnitudes_inside(*ours, wanted), cpu.magnitudes_inside(*theirs, wanted)
    )
    (codes, counts), (wanted_codes, wanted_counts) = (
        k.magnitudes_distinct(*t) for k, t in ((gpu, ours), (cpu, theirs))
    )
    order = np.argsort(wanted_codes)
    np.testing.assert_array_equal(codes, wanted_codes[order])
    np.testing.assert_array_equal(counts, wanted_counts[order])


def test_distinct_magnitudes_are_those_of_all_parts(monkeypatch):
    monkeypatch.setattr(gpu, "SORTED", 10)
    theta, base = torch.arange(37) % 5 * 0.5, torch.zeros(37)
    codes, counts = gpu.magnitudes_distinct(*moved([theta, base]))
    assert codes.astype(np.int32).view(np.float32).tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert counts.tolist() == [8, 8, 7, 7, 7]
    monkeypatch.setattr(gpu, "DISTINCT", 4)
    assert gpu.magnitudes_distinct(*moved([theta, base])).shape == (2, 0)


@given(tensors(least=2, most=2), st.integers(0, 2**64 - 1), st.integers(0, 2**32))
@FEW
def test_sizes_drawn(pair, key, threshold):
    ours = gpu.sizes_drawn(*moved(pair), key, threshold)
    assert ours == pytest.approx(cpu.sizes_drawn(*pair, key, threshold), rel=1e-14)


@given(
    st.integers(0, 2**64 - 1),
    st.sampled_from([0, 7, 2**32 - 20, 2**32, 3 * 2**32 - 1, 2**40 + 12345]),
)
@FEW
def test_draws_of_a_row_that_begins_anywhere(key, first):
    theirs = np.empty(33, np.uint32)
    hashing.draw(theirs, 33, np.uint64(key), first)
    np.testing.assert_array_equal(draws(key, first, 33, DEVICE).cpu().numpy(), theirs)


COLUMNS = st.sampled_from([1, 2, 7, 13, 17, 32, 50])


def rows_of(every, columns):
    """As much of each as is whole rows."""
    return [tensor[: len(tensor) // columns * columns] for tensor in every]


def assert_close(ours, theirs):
    largest = np.abs(theirs).max(initial=0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * largest)


@given(tensors(), COLUMNS, st.booleans())
@FEW
def test_products_of_lines(every, columns, based):
    every = rows_of(every, columns)
    base = every[0] if based else None
    ours = moved(every), None if base is None else base.to(DEVICE), columns
    for name in ("row_products", "column_products"):
        made = getattr(gpu, name)(*ours)
        assert_close(made, getattr(cpu, name)(every, base, columns))
        np.testing.assert_array_equal(made, made.transpose(0, 2, 1))
        with pytest.MonkeyPatch.context() as patch:
            for chunk in (1, 100, 1 << 20):
                patch.setattr(sums, "CHUNK", chunk)
                np.testing.assert_array_equal(getattr(gpu, name)(*ours), made)


@given(tensors(least=2, most=2, special=True), COLUMNS, st.integers(0, 2**64 - 1))
@FEW
def test_draw_by_rank(pair, columns, key):
    pair = rows_of([tensor.nan_to_num() for tensor in pair], columns)
    thresholds = np.linspace(0, 2**32, columns).astype(np.int64)
    marks, sizes = gpu.draw_by_rank(*moved(pair), key, thresholds)
    theirs, expected = cpu.draw_by_rank(*pair, key, thresholds)
    assert torch.equal(marks.cpu(), theirs)
    assert sizes == pytest.approx(expected, rel=1e-12, nan_ok=True)


@given(tensors(least=2, most=5), st.floats(0, 1), st.integers(0, 120))
@FEW
def test_variances(every, largeness, quota):
    base, *thetas = every
    ours = moved(thetas), base.to(DEVICE)
    counts = cpu.variances_by_bin(thetas, base)
    np.testing.assert_array_equal(gpu.variances_by_bin(*ours), counts)
    occurring = [*np.flatnonzero(counts).tolist(), 0]
    wanted = occurring[int(largeness * (len(occurring) - 1))]
    inside = cpu.variances_inside(thetas, base, wanted)
    np.testing.assert_array_equal(gpu.variances_inside(*ours, wanted), inside)
    places = [*np.flatnonzero(inside).tolist(), 0]
    limit = float(np.array([wanted << 16 | places[0]], np.int32).view(np.float32)[0])
    marks, squares = gpu.mark_variances(*ours, limit, quota)
    theirs, expected = cpu.mark_variances(thetas, base, limit, quota)
    assert torch.equal(marks.cpu(), theirs)
    np.testing.assert_allclose(squares, expected, rtol=1e-12)


SEVERAL = {"weight": [0.7, -0.4, 1.1], "density": [0.3, 0.5, 0.9], "epsilon": [0.05] * 3}
CHOSEN = {"select_topk": 0.4, "filter_wise": True, "nuslerp_flatten": False}
MADE = "linear slerp task_arithmetic ties dare_ties della sce model_stock nuslerp"


@pytest.mark.parametrize("name", MADE.split())
def test_methods_make_the_same_in_any_parts(name, monkeypatch):
    rng = np.random.default_rng(5)
    method = METHODS[name]
    count = min(3, method.models[1] or 3)
    base, *thetas = (
        torch.tensor(rng.standard_normal((9, 13)) * 0.05).bfloat16() for _ in range(count + 1)
    )
    several = {k: numbers[:count] for k, numbers in SEVERAL.items()}
    given = {k: (several | CHOSEN).get(k, p.default) for k, p in method.parameters.items()}
    given = {"lambda_" if k == "lambda" else k: v for k, v in given.items()}
    if method.random:
        given["keys"] = [1, 2**40, 2**63][:count]

    def merged(device, rows):
        inputs = Inputs([t.to(device) for t in thetas], base.to(device))
        making = filling.Computing(inputs, method.make(inputs, **given))
        out = torch.empty(base.numel(), dtype=base.dtype, device=device)
        for begin in range(0, out.numel(), rows * 13):
            assert making.fill(out[begin : begin + rows * 13])
        return out.cpu()

    theirs = merged(torch.device("cpu"), 9)
    knowing = [sys.modules[known.__module__] for known in (Inputs, Magnitudes, Variances, magprune)]
    for module in (filling, *knowing):
        monkeypatch.setattr(module, "functions_for", lambda device: gpu)
    for rows in (9, 4, 1):
        assert torch.equal(merged(DEVICE, rows), theirs)


@pytest.mark.gpu
@pytest.mark.parametrize("size", [1, 100_003, 1 << 24, (1 << 26) + 4099])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_large_tensors_as_the_engine_launches_them(size, dtype, monkeypatch):
    for module, name, number in LAUNCHED:
        monkeypatch.setattr(module, name, number)
    monkeypatch.setitem(gpu.OPTIONS, "BLOCK", gpu.BLOCK)
    rng = torch.Generator().manual_seed(size)
    base = (torch.randn(size, generator=rng) * 0.02).to(dtype)
    thetas = [(base.float() + torch.randn(size, generator=rng) * 0.002).to(dtype) for _ in range(3)]
    cut = Magnitudes(thetas[0], base).cut(max(1, size // 3), size // 100)
    ways = [cut, Drawn(0xFEDCBA9876543210, 1 << 31), None]
    flags = {"elect": True, "plainly": False, "least": 0.0, "lambda_": 0.9}
    numbers = ([0.7, -0.3, 1.2], [1.0, 1.9, 1.0]), flags
    assert_same(*both(base, thetas, ways, [0, size], dtype, numbers))
    (b, *models), pair = moved([base, *thetas]), (thetas[0], base)
    np.testing.assert_array_equal(gpu.magnitudes_by_bin(models[0], b), cpu.magnitudes_by_bin(*pair))
    np.testing.assert_allclose(
        gpu.inner_products(models, b), cpu.inner_products(thetas, base), rtol=1e-11, atol=1e-9
    )


@pytest.mark.gpu
@pytest.mark.parametrize("shape", [(1, 5000), (3000, 4099), (5001, 2048)])
def test_large_matrices_as_the_engine_works_on_them(shape, monkeypatch):
    for module, name, number in LAUNCHED:
        monkeypatch.setattr(module, name, number)
    rng = torch.Generator().manual_seed(1)
    base, *thetas = (torch.randn(shape, generator=rng).bfloat16() for _ in range(3))
    b, *models = moved([base, *thetas])
    for name in ("row_products", "column_products"):
        expected = getattr(cpu, name)(thetas, base, shape[1])
        assert_close(getattr(gpu, name)(models, b, shape[1]), expected)
    thresholds = np.linspace(0, 2**32, shape[1]).astype(np.int64)
    marks, sizes = gpu.draw_by_rank(models[0], b, 5, thresholds)
    theirs, expected = cpu.draw_by_rank(thetas[0], base, 5, thresholds)
    assert torch.equal(marks.cpu(), theirs)
    assert sizes == pytest.approx(expected, rel=1e-12)
    known, expected = Variances(thetas, base).largest(base.numel() // 3)
    monkeypatch.setattr(sys.modules[Variances.__module__], "functions_for", lambda device: gpu)
    marked, squares = Variances(models, b).largest(base.numel() // 3)
    for offset, count in ((0, base.numel()), (4999, 1)):
        assert torch.equal(marked.marks(offset, count).cpu(), known.marks(offset, count))
    assert_close(squares, expected)


def test_without_triton_the_error_says_what_to_do(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "triton"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "triton", None)
    kernels = "evomerge.merge.kernels"
    for name in [name for name in sys.modules if name.startswith(f"{kernels}.triton")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, f"{kernels}.gpu")
    with pytest.raises(UserError, match=r"needs Triton.*pip install triton.*--device cpu"):
        importlib.import_module(f"{kernels}.gpu")
