import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.methods.variances import Variances

DTYPES = [torch.float32, torch.bfloat16, torch.float16]


@given(
    st.integers(1, 4),
    st.sampled_from([1, 9, 1023, 1024, 1025, 3000]),
    st.integers(0, 1000),
    st.sampled_from(DTYPES),
    st.floats(0.001, 1),
)
def test_the_largest_are_exactly_so_many_and_the_first_of_equals(models, n, seed, dtype, share):
    """Values are multiples of the number of models, so that means are exact."""
    generator = np.random.default_rng(seed)
    deltas = generator.integers(-6, 7, (models, n)) * float(models)
    base = torch.zeros(n, dtype=dtype)
    known = Variances([torch.tensor(d, dtype=dtype) for d in deltas], base)
    variance = deltas.var(0)
    assert known.positive == np.count_nonzero(variance)
    keep = max(1, int(known.positive * share))
    if not known.positive:
        return
    marked, squares = known.largest(keep)
    expected = np.zeros(n, bool)
    expected[np.argsort(-variance, kind="stable")[:keep]] = True
    np.testing.assert_array_equal(marked.marks(0, n).numpy(), expected)
    part = slice(n // 3, n // 3 + n // 2)
    marks = marked.marks(part.start, n // 2)
    np.testing.assert_array_equal(marks.numpy(), expected[part])
    np.testing.assert_array_equal(squares, (deltas**2 * expected).sum(1))
