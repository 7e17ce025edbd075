import pytest
import torch

from evomerge.device import choose_device, devices_of
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


def test_a_worker_has_its_first_gpus_or_the_device_alone(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    cpu, cuda = torch.device("cpu"), torch.device("cuda")
    assert devices_of(cpu, 2) == (cpu,)
    assert devices_of(cuda, 1) == (cuda,)
    assert devices_of(cuda, 2) == (torch.device("cuda:0"), torch.device("cuda:1"))
    with pytest.raises(UserError, match="3 GPUs are to hold one model, and torch sees 2"):
        devices_of(cuda, 3)


@pytest.mark.gpu
def test_tensors_can_be_made_on_the_gpu():
    assert torch.ones(3, device=choose_device("cuda")).sum().item() == 3
