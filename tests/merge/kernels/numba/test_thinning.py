import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.thinning import Cut, Drawn, Marked, Thinnings
from tests.merge.kernels.cases import ANYTHING, SIZES
from tests.merge.reference import hash32


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
