import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from tests.merge.kernels.cases import ANYTHING, NARROW, SIZES, as_float32


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
