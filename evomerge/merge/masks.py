"""What random masks are counted by: 64 bits for each tensor of each parent."""

from __future__ import annotations

import hashlib


def mask_key(seed: int, parent: str, tensor: str) -> int:
    """64 bits that name the mask of one tensor of one parent.

    Args:
        parent: hash of the tensor's content.
        tensor: the tensor's name.
    """
    text = f"{seed}\0{parent}\0{tensor}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "little")
