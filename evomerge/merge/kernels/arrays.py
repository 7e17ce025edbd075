"""The arrays that kernels share with their callers: their types and sizes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]

BLOCK = 1024
"""Elements at a time: some ten float32 buffers of it lie in a core's first two caches."""
LANES = 64
"""Partial sums side by side, added up in the end; fewer of them wait for one another."""
BINS, PLACES = 1 << 16, 1 << 16
"""The code of a magnitude is the bits of a float32 without its sign, which are in the order of its
value. Its place is the last 16 of them. Its bin is twice the first 16, and one more if the place is
not 0: differences of bfloat16 numbers mostly have place 0, and a bin for themselves."""
TABLE = 1 << 18
"""Entries of a hash table of codes."""
SPACE = 48
"""Bytes for each element of a row that is ranked."""
