"""A model that is too large for one device: its layers over several, as accelerate places them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import torch

from evomerge.errors import UserError

SHARE = 0.9
"""Of a device's free memory that weights may take; the rest is for what is read and remembered."""


def spread(model: Any, devices: Sequence[torch.device]) -> None:
    """Move a model's layers to several devices, as many bytes to each, in their order.

    Each layer then reads its inputs where it is; what the model gives is where its inputs were.
    Its key-value caches stay with their layers.

    Raises:
        UserError: all devices together have no room for it.
    """
    from accelerate import dispatch_model

    placed = device_map(model, devices, [int(SHARE * _free(one)) for one in devices])
    with warnings.catch_warnings():  # of tensors that are in no layer, as BART's final_logits_bias
        warnings.simplefilter("ignore", UserWarning)
        dispatch_model(
            model,
            device_map=placed,
            main_device=devices[0],
            skip_keys=[*(model._skip_keys_device_placement or ())],
            force_hooks=True,
        )


def device_map(
    model: Any, devices: Sequence[torch.device], room: Sequence[int]
) -> dict[str, torch.device]:
    """Which device each part of a model is for, by the part's name.

    Args:
        room: bytes of each device.

    Raises:
        UserError: there is no room for all parts.
    """
    from accelerate import infer_auto_device_map
    from accelerate.utils import get_balanced_memory

    whole = [*(model._no_split_modules or ())]
    limits = get_balanced_memory(model, dict(enumerate(room)), no_split_module_classes=whole)
    placed = infer_auto_device_map(model, limits, no_split_module_classes=whole)
    if any(place in ("cpu", "disk") for place in placed.values()):
        raise UserError(
            f"{_gb(sum(one.nbytes for one in model.parameters()))} of weights have no room on "
            f"{len(devices)} devices ({', '.join(map(_gb, room))}); give each worker more "
            "(workers: {gpus: …})"
        )
    return {name: devices[number] for name, number in placed.items()}


def _gb(size: int) -> str:
    return f"{size / 2**30:.3g} GB"


def _free(device: torch.device) -> int:
    """Bytes that a device has room for."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
