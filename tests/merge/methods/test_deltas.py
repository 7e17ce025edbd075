import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evomerge.memory import MemoryBudget
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.methods.task_vectors import share
from tests.merge import reference
from tests.merge.methods.cases import (
    DENSITIES,
)


@given(hnp.arrays(np.float32, st.integers(1, 60), elements=st.floats(-4, 4, width=16)), DENSITIES)
def test_exactly_so_many_of_the_largest_stay(delta, density):
    theta, expected = torch.tensor(delta), reference.trimmed(delta, density)
    keep = share(density, len(delta))
    # Looked up in all magnitudes, found once, or found anew.
    for memory in (MemoryBudget(1 << 30), None, MemoryBudget(0)):
        known = Magnitudes(theta, torch.zeros_like(theta), memory)
        assert known.size() == pytest.approx(np.abs(delta).sum(dtype=np.float64), rel=1e-12)
        cut = known.cut(keep)
        size = known.size() if cut is None else known.size(cut.kept)
        assert size == pytest.approx(np.abs(expected).sum(dtype=np.float64), rel=1e-12)
