import pytest
import torch

from evomerge.merge.kernels.thinning import Cut
from tests.merge.kernels.gpu_cases import BLOCK, assert_same, both, small_blocks
from tests.merge.kernels.gpu_cases import pytestmark as pytestmark


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with small_blocks():
        yield


@pytest.mark.parametrize("spread", ["even", "first", "last"])
@pytest.mark.parametrize("quota", [0, 1, BLOCK, 2 * BLOCK + 1, 3 * BLOCK - 1, 3 * BLOCK])
@pytest.mark.parametrize("told", [True, False])
def test_the_first_of_the_ties_stay_wherever_they_are(spread, quota, told):
    """However wrong the guess is where the quota ends."""
    size, tied = 9 * BLOCK, 3 * BLOCK
    at = {"even": range(0, size, 3), "first": range(tied), "last": range(size - tied, size)}
    theta = torch.full((size,), 2.0)
    theta[list(at[spread])] = -1.0
    cut = Cut(1.0, quota, quota, tied=tied if told else 0)
    flags = {"elect": False, "plainly": False, "least": None, "lambda_": 1.0}
    base, parts = torch.zeros(size), [0, size]
    made, *others = both(base, [theta], [cut], parts, torch.float32, (([1.0], [1.0]), flags))
    assert_same(made, *others)
    assert (made == -1).nonzero().flatten().tolist() == [*at[spread]][:quota]
