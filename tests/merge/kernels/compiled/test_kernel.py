import subprocess
import sys

import pytest

from evomerge.merge.kernels.compiled.kernel import Kernel

SUMS = """
import sys, torch
from evomerge.merge.kernels import cpu
out = torch.empty(3)
cpu.combine([torch.ones(3), torch.arange(3.0)], [0.5, 2.0], out, 0)
assert out.tolist() == [0.5, 2.5, 4.5], out
print("numba" in sys.modules)
"""


def loads_numba():
    return subprocess.run(
        [sys.executable, "-c", SUMS], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_what_is_kept_needs_no_numba(cache):
    assert loads_numba() == "True"
    assert loads_numba() == "False"


def test_a_wrong_number_of_arguments_is_refused():
    with pytest.raises(TypeError, match="by_bin does not take 3 arguments"):
        Kernel("magnitudes", "by_bin")(1, 2, 3)
