import pytest
import torch
from safetensors.torch import save_file

from evomerge.weights import Checkpoint, Spec, Tensors
from evomerge.weights.tensors import DTYPES
from tests.tiny import tiny_tensors, write_model


@pytest.mark.parametrize(
    "shape, dtype, numel, nbytes",
    [
        ((), torch.float32, 1, 4),
        ((3, 5), torch.bfloat16, 15, 30),
        ((0, 7), torch.float64, 0, 0),
        ((4,), torch.bool, 4, 4),
    ],
)
def test_sizes_follow_from_shape_and_type(shape, dtype, numel, nbytes):
    spec = Spec(shape, dtype)
    assert (spec.numel, spec.nbytes) == (numel, nbytes)


@pytest.mark.parametrize("code", DTYPES)
def test_codes_are_those_of_safetensors(tmp_path, code):
    folder = write_model(tmp_path / "m", tiny_tensors(0))
    save_file({"one": torch.zeros(2, dtype=DTYPES[code])}, folder / "model.safetensors")
    assert (code.encode() in (folder / "model.safetensors").read_bytes()[:200]) is True
    checkpoint: Tensors = Checkpoint(folder)
    assert checkpoint.specs == {"one": Spec((2,), DTYPES[code])}
