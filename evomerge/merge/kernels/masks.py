"""Random masks that are counted, not drawn: element i of a mask is a hash of (key, i).

So a mask is the same on CPU and GPU, whole or in parts, and in any order.
"""

from __future__ import annotations

import hashlib

import torch

BLOCK = 1 << 16
"""Elements hashed at a time, so that the intermediate steps stay in the cache."""


def mask_key(seed: int, parent: str, tensor: str) -> int:
    """64 bits that name the mask of one tensor of one parent.

    Args:
        parent: the parent's content hash.
        tensor: the tensor's name.
    """
    text = f"{seed}\0{parent}\0{tensor}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "little")


def hash32(key: int, begin: int, end: int, device: torch.device) -> torch.Tensor:
    """32 random bits (int32) for each index from begin to end, begin a multiple of BLOCK.

    Two rounds of murmur3's finalizer (Appleby 2008), each after adding half of the key. Indices
    beyond 2^32 enter by changing the key.
    """
    key ^= (begin >> 32) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    first = begin & 0xFFFFFFFF
    x = torch.arange(end - begin, dtype=torch.int64, device=device)
    x = (x + first).to(torch.int32)  # wraps
    for half in (key & 0xFFFFFFFF, key >> 32):
        x = _finalize(x.add_(_signed(half)))
    return x


def _finalize(x: torch.Tensor) -> torch.Tensor:
    x ^= (x >> 16) & 0xFFFF
    x *= _signed(0x85EBCA6B)
    x ^= (x >> 13) & 0x7FFFF
    x *= _signed(0xC2B2AE35)
    x ^= (x >> 16) & 0xFFFF
    return x


def _signed(word: int) -> int:
    """A 32-bit word as torch's int32 has it."""
    return word - 2**32 if word >= 2**31 else word
