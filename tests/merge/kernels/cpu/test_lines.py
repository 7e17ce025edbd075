import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.cpu import column_products, row_products

DTYPES = [torch.float32, torch.bfloat16, torch.float16]


@given(
    st.sampled_from([(1, 1), (3, 7), (5, 1), (1, 2000), (2, 1025), (40, 3)]),
    st.integers(1, 3),
    st.sampled_from(DTYPES),
    st.booleans(),
)
def test_products_are_those_of_rows_and_of_columns(shape, models, dtype, with_base):
    generator = torch.Generator().manual_seed(models)
    *thetas, base = (torch.randn(shape, generator=generator).to(dtype) for _ in range(models + 1))
    x = np.stack([t.float().numpy() for t in thetas])
    if with_base:
        x = x - base.float().numpy()
    x = x.astype(np.float64)
    args = thetas, base if with_base else None, shape[1]
    expected = np.einsum("irc,krc->rik", x, x)
    assert row_products(*args) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    expected = np.einsum("irc,krc->cik", x, x)
    assert column_products(*args) == pytest.approx(expected, rel=1e-12, abs=1e-12)
