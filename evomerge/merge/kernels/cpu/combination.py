"""Weighted sums of tensors in the machine's memory."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.kernels.compiled.kernel import Kernel
from evomerge.merge.kernels.cpu.addresses import address, addresses, floats

_combine = Kernel("combination", "combine")


def combine(
    thetas: Sequence[torch.Tensor], weights: Sequence[float], out: torch.Tensor, offset: int
) -> bool:
    """Write sum_i weights_i theta_i for the elements of the inputs from `offset` on.

    Args:
        thetas: contiguous, of one size, in float32, bfloat16 or float16.
        out: flat and contiguous, of any of these types.

    Returns:
        Whether all that was written is finite.
    """
    finite = _combine(
        *addresses(thetas),
        floats(weights),
        len(thetas),
        *address(out),
        offset,
        out.numel(),
    )
    return bool(finite)
