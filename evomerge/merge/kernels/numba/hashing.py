"""Random masks that are counted, not drawn: an integer hash of key and element index."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import Floats, Words
from evomerge.merge.kernels.numba.inner import inner


@inner
def keep_drawn(v: Floats, count: int, key: np.uint64, threshold: int, first: int) -> None:
    """Set to zero (by a product, so that NaN stays) what is not drawn.

    Element i stays where its hash (see :func:`draw`) is below the threshold, of 2^32. `first` is a
    multiple of BLOCK.
    """
    start, low, high = halves(key, first)
    some, last = np.float32(threshold > 0), np.uint32(max(threshold, 1) - 1)
    for j in range(count):
        x = finalize(np.uint32(np.uint32(j) + start + low))
        x = finalize(np.uint32(x + high))
        v[j] *= some * np.float32(x <= last)


@inner
def draw(into: Words, count: int, key: np.uint64, first: int) -> None:
    """The hashes of the elements from `first` on, 32 bits each.

    Two rounds of murmur3's finalizer (Appleby 2008), each after adding half of the key. What an
    index has beyond 32 bits changes the key, for all elements as for the first.
    """
    start, low, high = halves(key, first)
    for j in range(count):
        x = finalize(np.uint32(np.uint32(j) + start + low))
        into[j] = finalize(np.uint32(x + high))


@inner
def halves(key: np.uint64, first: int) -> tuple[np.uint32, np.uint32, np.uint32]:
    """The lower half of an index, and both halves of the key for it."""
    begin = np.uint64(first)
    key = key ^ ((begin >> np.uint64(32)) * np.uint64(0x9E3779B97F4A7C15))
    low, high = np.uint32(key & np.uint64(0xFFFFFFFF)), np.uint32(key >> np.uint64(32))
    return np.uint32(begin & np.uint64(0xFFFFFFFF)), low, high


@inner
def finalize(x: np.uint32) -> np.uint32:
    """Murmur3's finalizer."""
    x ^= x >> np.uint32(16)
    x = np.uint32(x * np.uint32(0x85EBCA6B))
    x ^= x >> np.uint32(13)
    x = np.uint32(x * np.uint32(0xC2B2AE35))
    x ^= x >> np.uint32(16)
    return x
