import sys
from types import SimpleNamespace

import pytest
import torch

from evomerge.energy import energy_counter

CUDA = torch.device("cuda", 0)


def test_nobody_counts_on_a_processor_or_without_nvml(monkeypatch):
    assert energy_counter(torch.device("cpu"))() is None
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert energy_counter(CUDA)() is None


def test_a_device_is_found_by_its_own_name_and_counts_in_joules(monkeypatch):
    millijoules, asked = iter([1000, 2500, KeyError]), []

    def total(handle):
        asked.append(handle)
        if (found := next(millijoules)) is KeyError:
            raise found("gone")
        return found

    nvml = SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlDeviceGetHandleByUUID=lambda uuid: uuid,
        nvmlDeviceGetTotalEnergyConsumption=total,
        NVMLError=KeyError,
    )
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    known = SimpleNamespace(uuid="12-34")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: known)
    joules = energy_counter(CUDA)
    assert joules() == 2.5
    assert joules() is None  # the device has fallen off the bus
    assert set(asked) == {"GPU-12-34"}


@pytest.mark.gpu
def test_a_real_device_takes_some():
    pytest.importorskip("pynvml")
    joules = energy_counter(CUDA)
    before = joules()
    torch.ones(4096, 4096, device=CUDA).matmul(torch.ones(4096, 4096, device=CUDA)).sum().item()
    assert joules() >= before > 0
