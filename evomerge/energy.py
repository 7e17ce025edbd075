"""The energy that a device has taken, where it is counted: by NVML on GPUs from Volta on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import torch


def energy_counter(device: torch.device) -> Callable[[], float | None]:
    """What gives the joules that a device has taken since some moment; None where nobody counts.

    They are the whole device's, whoever else uses it. Nothing is installed for it: NVML is read
    through `pynvml` if that is there.
    """
    if device.type == "cuda":
        with contextlib.suppress(Exception):  # no pynvml, no NVML, an older device
            import pynvml

            pynvml.nvmlInit()
            uuid = torch.cuda.get_device_properties(device).uuid
            handle = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}")
            pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)  # where it cannot, it says so now

            def joules() -> float | None:
                with contextlib.suppress(pynvml.NVMLError):
                    return float(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)) / 1000
                return None

            return joules
    return lambda: None
