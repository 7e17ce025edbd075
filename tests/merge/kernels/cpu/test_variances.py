import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.cpu import mark_variances, variances_by_bin, variances_inside
from tests.merge.kernels.cases import ANYTHING, SIZES


def deltas(models, size, seed):
    """Multiples of the number of models, so that means are exact."""
    return np.random.default_rng(seed).integers(-3, 4, (models, size)) * float(models)


@given(st.integers(1, 4), SIZES, st.integers(0, 99), st.integers(0, 40))
@ANYTHING
def test_variances_are_counted_and_the_largest_marked(models, size, seed, quota):
    values = deltas(models, size, seed)
    thetas, base = [torch.tensor(d, dtype=torch.float32) for d in values], torch.zeros(size)
    variance = values.var(0).astype(np.float32)
    codes = variance.view(np.int32)
    counts = variances_by_bin(thetas, base)
    assert counts.sum() == np.count_nonzero(variance)
    for code in np.unique(codes[codes > 0])[:2]:
        wanted = 2 * (code >> 16) + (code % (1 << 16) > 0)
        inside = variances_inside(thetas, base, int(wanted))
        assert inside[code & 0xFFFF] == np.count_nonzero(codes == code)
        assert inside.sum() == counts[wanted]
    limit = float(np.median(variance)) if size else 0.0
    marks, squares = mark_variances(thetas, base, limit, quota)
    marked = np.unpackbits(marks.numpy(), bitorder="little")[:size].astype(bool)
    expected = variance > limit
    expected[np.flatnonzero(variance == limit)[:quota]] = True
    np.testing.assert_array_equal(marked, expected)
    np.testing.assert_array_equal(squares, (values**2 * expected).sum(1))
