"""What is done to each element, compiled: the engine's inner loops.

A kernel walks through its inputs in blocks that fit a core's first cache, reads each input once,
computes in float32 and writes the result's own type. It uses no fused multiply-add and sums in a
stated order, so that the bits are the same with every instruction set; and it lets go of Python's
lock, so that two cores are twice as fast as one. `cpu` calls those of `numba`, `gpu` those of
`triton`, and torch's own operations in `tensors`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import torch

KINDS = {torch.float32: 0, torch.bfloat16: 1, torch.float16: 2}
"""The types that kernels read and write, as the numbers they know them by."""


def functions_for(device: torch.device) -> ModuleType:
    """The kernels as functions of tensors on a device."""
    return import_module(f"{__name__}.{'gpu' if device.type == 'cuda' else 'cpu'}")
