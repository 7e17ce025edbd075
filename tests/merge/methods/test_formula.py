import pytest
import torch

from evomerge.merge.kernels.thinning import Drawn
from evomerge.merge.making.filling import Computing
from evomerge.merge.methods.formula import TaskVectors
from evomerge.merge.methods.inputs import Inputs

PLAIN = {"weights": (1.0,), "factors": (1.0,), "thinnings": (None,)}
AVERAGED = {"elect": True, "least": 0.0}


@pytest.mark.parametrize(
    "changes, is_the_model",
    [
        ({}, True),
        ({"weights": (0.5,)}, False),
        ({"weights": (0.5,), **AVERAGED}, True),
        ({"weights": (-0.5,), **AVERAGED}, False),
        ({"lambda_": 0.5}, False),
        ({"factors": (2.0,)}, False),
        ({"thinnings": (Drawn(1, 1 << 31),)}, False),
        ({"weights": (1.0, 1.0), "factors": (1.0, 1.0), "thinnings": (None, None)}, False),
    ],
)
def test_one_model_as_it_is_keeps_its_bits(changes, is_the_model):
    """Theta - b + b would be rounded twice: here to 0."""
    formula = TaskVectors(**{**PLAIN, **changes})
    assert formula.is_the_model is is_the_model
    if is_the_model:
        theta, base, out = torch.tensor([1e-8]), torch.tensor([1.0]), torch.empty(1)
        Computing(Inputs([theta], base), formula).fill(out)
        assert torch.equal(out, theta)
