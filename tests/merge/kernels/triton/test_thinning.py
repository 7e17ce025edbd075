import numpy as np
import pytest
import torch

from evomerge.merge.kernels.thinning import Cut, Drawn, Marked, Thinnings
from tests.merge.kernels.gpu_cases import DEVICE, gpu
from tests.merge.kernels.gpu_cases import pytestmark as pytestmark
from tests.merge.reference import hash32

VALUES = [3.0, -1.0, 2.0, 2.0, -2.0, 0.5, 4.0]
BITS = torch.tensor([0b1010011], dtype=torch.uint8)


@pytest.mark.parametrize(
    "thinning, stays",
    [
        (None, VALUES),
        (Cut(2.0, 2, 4), [3.0, 0, 2.0, 2.0, 0, 0, 4.0]),
        (Cut(2.0, 3, 5, 1, 4.0, 1), [3.0, 0, 2.0, 2.0, -2.0, 0, 0]),
        (Marked.of_bits(BITS.to(DEVICE)), [3.0, -1.0, 0, 0, -2.0, 0, 4.0]),
        (Drawn(5, 1 << 31), np.where(hash32(5, np.arange(7)) < 1 << 31, VALUES, 0).tolist()),
    ],
)
def test_each_way_leaves_what_it_says(thinning, stays):
    theta, base, out = (torch.tensor(VALUES), torch.zeros(7), torch.empty(7))
    theta, base, out = (t.to(DEVICE) for t in (theta, base, out))
    flags = {"elect": False, "plainly": False, "least": None, "lambda_": 1.0}
    thinnings = Thinnings([thinning])
    gpu.add_task_vectors(base, [theta], [1.0], [1.0], thinnings, out=out, offset=0, **flags)
    assert out.tolist() == stays
