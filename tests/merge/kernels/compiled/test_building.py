import numpy as np
import pytest

from evomerge.merge.kernels.compiled import building
from evomerge.merge.kernels.numba import magnitudes


def test_a_kernel_that_needs_numba_is_refused(monkeypatch):
    def greedy(count):
        return np.empty(count).size

    monkeypatch.setattr(magnitudes, "greedy", greedy, raising=False)
    with pytest.raises(TypeError, match=r"magnitudes\.greedy needs Numba's NRT_MemInfo_alloc"):
        building.build("magnitudes", "greedy")
