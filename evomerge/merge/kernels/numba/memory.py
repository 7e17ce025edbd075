"""Blocks of a tensor's memory read as float32, and written from it, in its own type."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.core import types
from numba.extending import intrinsic

from evomerge.merge.kernels.arrays import Floats
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.pointers import HALF, WORD, array

_RAISE = np.float32(2.0**112)
"""By which the exponents of float32 and float16 differ: their biases are 127 and 15."""
_ONE_HALF = np.uint32(0x3F000000)
"""The bits of 0.5."""
_BEYOND = np.array([0x7F800000, 0x7F7F8000, 0x477FF000], np.uint32)
"""For each kind the bits of the smallest float32 that is infinite in it, once rounded."""


def _float_of(typing: Any, bits: Any) -> Any:
    """The float32 that 32 bits stand for."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float32))

    return types.float32(types.uint32), build


def _bits_of(typing: Any, number: Any) -> Any:
    """The 32 bits of a float32."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.uint32))

    return types.uint32(types.float32), build


float_of: Any = intrinsic(_float_of)
bits_of: Any = intrinsic(_bits_of)


@inner
def load(address: int, kind: int, offset: int, count: int, into: Floats) -> None:
    """Read elements as float32; every value of the narrower types is one of float32's."""
    bits = into.view(np.uint32)
    if kind == 0:
        words = array(address + 4 * offset, WORD, count)
        for j in range(count):
            bits[j] = words[j]
        return
    halves = array(address + 2 * offset, HALF, count)
    if kind == 1:
        for j in range(count):
            bits[j] = np.uint32(halves[j]) << np.uint32(16)
        return
    for j in range(count):
        bits[j] = (np.uint32(halves[j]) & np.uint32(0x7FFF)) << np.uint32(13)
    for j in range(count):  # the exponent's bias is 112 larger in float32
        into[j] *= _RAISE
    for j in range(count):
        half = np.uint32(halves[j])
        special = np.uint32(0x7F800000) if half & np.uint32(0x7C00) == np.uint32(0x7C00) else 0
        bits[j] |= special | ((half & np.uint32(0x8000)) << np.uint32(16))


@inner
def store(made: Floats, count: int, address: int, kind: int, offset: int) -> bool:
    """Write elements, rounded to nearest even; whether all of them are finite."""
    bits, largest = made.view(np.uint32), np.uint32(0)
    for j in range(count):
        largest = max(largest, np.uint32(bits[j] & np.uint32(0x7FFFFFFF)))
    finite: bool = largest < _BEYOND[kind]
    if kind == 0:
        words = array(address + 4 * offset, WORD, count)
        for j in range(count):
            words[j] = bits[j]
        return finite
    halves = array(address + 2 * offset, HALF, count)
    if kind == 1:
        for j in range(count):
            odd = (bits[j] >> np.uint32(16)) & np.uint32(1)
            rounded = (bits[j] + np.uint32(0x7FFF) + odd) >> np.uint32(16)
            # Adding to the bits of a NaN may make a number of it.
            halves[j] = rounded if made[j] == made[j] else np.uint32(0x7FC0)
        return finite
    for j in range(count):
        sign = (bits[j] >> np.uint32(16)) & np.uint32(0x8000)
        size = bits[j] & np.uint32(0x7FFFFFFF)
        odd = (size >> np.uint32(13)) & np.uint32(1)
        normal = (size + np.uint32(0xFFF) + odd - np.uint32(112 << 23)) >> np.uint32(13)
        bits[j] = size
        # Adding one half leaves the multiples of 2^-24, which are float16's smallest steps.
        small = np.float32(made[j] + np.float32(0.5))
        tiny = size < np.uint32(113 << 23)
        made[j] = small
        code = bits[j] - _ONE_HALF if tiny else normal
        code = np.uint32(0x7C00) if size >= _BEYOND[2] else code
        code = np.uint32(0x7E00) if size > _BEYOND[0] else code
        halves[j] = np.uint16(sign | code)
    return finite
