"""The kernels for a GPU make the bits that their twins of Numba make; sums are as exact.

Without a GPU Triton's interpreter runs them (tests/conftest.py asks for it).
"""

import contextlib
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import settings
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.tensors import lines, sums
from evomerge.merge.kernels.thinning import Marked, Thinnings

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
SIZES = st.sampled_from([0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
TYPES = st.sampled_from([torch.float32, torch.bfloat16, torch.float16])
FEW = settings(max_examples=40, deadline=None)


@contextlib.contextmanager
def small_blocks():
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


COLUMNS = st.sampled_from([1, 2, 7, 13, 17, 32, 50])


def rows_of(every, columns):
    """As much of each as is whole rows."""
    return [tensor[: len(tensor) // columns * columns] for tensor in every]


def assert_close(ours, theirs):
    largest = np.abs(theirs).max(initial=0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * largest)
