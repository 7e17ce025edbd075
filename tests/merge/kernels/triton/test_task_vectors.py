import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.thinning import Cut, Drawn, Marked
from tests.merge.kernels.gpu_cases import (
    FEW,
    TYPES,
    assert_same,
    both,
    small_blocks,
    tensors,
)
from tests.merge.kernels.gpu_cases import (
    pytestmark as pytestmark,
)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with small_blocks():
        yield


WEIGHTS = st.floats(-2, 2).map(lambda w: round(w, 3))


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
