import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.tensors import sums
from tests.merge.kernels.gpu_cases import (
    COLUMNS,
    DEVICE,
    FEW,
    assert_close,
    gpu,
    moved,
    rows_of,
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
