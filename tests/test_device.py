import pytest
import torch

from evomerge.device import choose_device
from evomerge.errors import UserError


@pytest.mark.parametrize("there_is_one", [True, False])
def test_the_gpu_is_taken_if_there_is_one(monkeypatch, there_is_one):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there_is_one)
    assert choose_device(None) == torch.device("cuda" if there_is_one else "cpu")
    assert choose_device("cpu") == torch.device("cpu")


def test_a_gpu_that_torch_does_not_see_is_told(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="device cuda: torch sees no GPU"):
        choose_device("cuda")


@pytest.mark.parametrize("name", ["mps", "cuda:1", "CPU", "gpu"])
def test_other_names_are_told_with_those_that_there_are(name):
    with pytest.raises(UserError, match=f"device '{name}': there are cpu and cuda"):
        choose_device(name)


@pytest.mark.gpu
def test_tensors_can_be_made_on_the_gpu():
    assert torch.ones(3, device=choose_device("cuda")).sum().item() == 3
