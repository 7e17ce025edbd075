import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.cpu import draw_by_rank
from tests.merge import reference

DTYPES = [torch.float32, torch.bfloat16, torch.float16]


def deltas(rows, columns, seed, dtype):
    """Theta, base, and theta - b: rounded, so that some magnitudes are equal."""
    generator = torch.Generator().manual_seed(seed)
    theta, base = (
        (torch.randn(rows, columns, generator=generator) * 8).round().div(8).to(dtype)
        for _ in range(2)
    )
    base[:, ::3] = theta[:, ::3]
    return theta, base, (theta.float() - base.float()).numpy()


@given(
    st.integers(1, 5),
    st.sampled_from([1, 2, 13, 64, 65, 200, 1500, 3000]),
    st.integers(0, 2**64 - 1),
    st.sampled_from(DTYPES),
)
def test_marks_are_drawn_by_rank(rows, columns, key, dtype):
    theta, base, delta = deltas(rows, columns, key % 1000, dtype)
    thresholds = np.linspace(0.1, 0.8, columns) * 2**32
    bits, (before, after) = draw_by_rank(theta, base, key, thresholds.astype(np.int64))
    marks = np.unpackbits(bits.numpy(), bitorder="little")[: delta.size].reshape(delta.shape)
    expected = reference.drawn_by_rank(delta, thresholds, key)
    np.testing.assert_array_equal(marks, expected)
    sizes = np.abs(delta.astype(np.float64))
    assert before == pytest.approx(sizes.sum(), rel=1e-12)
    assert after == pytest.approx((sizes * expected).sum(), rel=1e-12)


@pytest.mark.parametrize("exponent", [-140, -60, 0, 60])
def test_magnitudes_of_any_size_are_ranked(exponent):
    """All three digits of a code differ somewhere, none, or one alone."""
    theta = torch.randn(1, 500, generator=torch.Generator().manual_seed(1)) * 2.0**exponent
    theta[0, :5] = torch.tensor([0.0, 1e-45, 3e38, -1e-45, -0.0])
    order = np.argsort(np.abs(theta.numpy()[0]), kind="stable")
    for rank in (0, 1, 250, 499):  # mark the largest
        thresholds = np.zeros(500, np.int64)
        thresholds[rank:] = 2**32
        bits, _ = draw_by_rank(theta, torch.zeros_like(theta), 7, thresholds)
        marked = np.flatnonzero(np.unpackbits(bits.numpy(), bitorder="little"))
        np.testing.assert_array_equal(marked, np.sort(order[rank:]))
