"""Marks of elements, a bit for each: bit i of byte k is element 8k + i."""

from __future__ import annotations

import torch
from torch.nn.functional import pad


def unmarked(count: int, device: torch.device) -> torch.Tensor:
    """Bits for so many elements, all 0; shape (bytes,)."""
    return torch.zeros((count + 7) // 8, dtype=torch.uint8, device=device)


def mark(bits: torch.Tensor, first: int, stays: torch.Tensor) -> None:
    """Set the bits, 0 before, of the elements from `first` on that stay.

    Args:
        stays: a truth value for each of them, flat.
    """
    end = first + stays.numel()
    of_byte = pad(stays.view(torch.uint8), (first % 8, -end % 8)).view(-1, 8)
    values = (2 ** torch.arange(8, device=bits.device)).to(torch.uint8)
    bits[first // 8 : (end + 7) // 8] |= (of_byte * values).sum(1, dtype=torch.uint8)
