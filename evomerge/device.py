"""The devices to work on."""

from __future__ import annotations

import torch

from evomerge.errors import UserError


def choose_device(name: str | None) -> torch.device:
    """The device of a name; by default the GPU if there is one.

    Raises:
        UserError: there is no such device.
    """
    name = name or ("cuda" if torch.cuda.is_available() else "cpu")
    if name not in ("cpu", "cuda"):
        raise UserError(f"device {name!r}: there are cpu and cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise UserError(
            "device cuda: torch sees no GPU; take the device cpu, or ask `evomerge doctor`"
        )
    return torch.device(name)


def devices_of(device: torch.device, gpus: int) -> tuple[torch.device, ...]:
    """The devices of one worker: its first GPUs, or the device alone where that is no GPU.

    Raises:
        UserError: there are fewer GPUs.
    """
    if device.type != "cuda" or gpus < 2:
        return (device,)
    if (found := torch.cuda.device_count()) < gpus:
        raise UserError(
            f"{gpus} GPUs are to hold one model, and torch sees {found}; say fewer "
            "(workers: {gpus: …})"
        )
    return tuple(torch.device("cuda", number) for number in range(gpus))
