"""Memory as arrays: what lies at an address, and what a kernel has for itself."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic

from evomerge.merge.kernels.numba.inner import inner

FLOAT, DOUBLE, INTEGER = np.zeros(1, np.float32), np.zeros(1, np.float64), np.zeros(1, np.int64)
LONG, WORD = np.zeros(1, np.uint64), np.zeros(1, np.uint32)
HALF, BYTE = np.zeros(1, np.uint16), np.zeros(1, np.uint8)
"""What a pointer points to, by examples."""

_ALIGNED = 64
"""Bytes of a cache line, and of the widest vector register (AVX-512)."""


def _pointer(typing: Any, address: Any, like: Any) -> Any:
    """An address as a pointer to what `like` holds."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    kind: Any = types.CPointer  # untyped
    return kind(like.dtype)(types.int64, like), build


def _scratch(typing: Any, count: Any, like: Any) -> Any:
    """Memory for so many of what `like` holds, which the function that asks has until it ends.

    It lies on the thread's stack: for some blocks, and not for what grows with the inputs.
    """

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = builder.alloca(context.get_data_type(like.dtype), size=arguments[0])
        made.align = _ALIGNED
        return made

    kind: Any = types.CPointer
    return kind(like.dtype)(types.int64, like), build


pointer: Any = intrinsic(_pointer)
scratch: Any = intrinsic(_scratch)
view: Any = numba.carray  # type: ignore[attr-defined]
"""An array of a shape at a pointer."""


@inner
def array(address: int, like: Any, shape: Any) -> Any:
    """The array at an address of what `like` holds."""
    return view(pointer(address, like), shape)
