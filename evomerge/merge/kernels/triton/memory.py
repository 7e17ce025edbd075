"""Blocks read as float32, and written in the result's own type.

What bfloat16 stands for is done by hand: Triton's interpreter takes subnormals for 0, and cuts off
what hardware rounds.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def load(tensor, at, inside):
    """Read elements as float32."""
    read = tl.load(tensor + at, mask=inside, other=0)
    if tensor.dtype.element_ty == tl.bfloat16:
        bits = read.to(tl.uint16, bitcast=True).to(tl.uint32) << 16
        return bits.to(tl.float32, bitcast=True)
    else:  # noqa: RET505 - compiled, only one of the two is there
        return read.to(tl.float32)


@triton.jit
def store(made, out, at, inside, finite):
    """Write elements, rounded to nearest even; clear the flag where one is not finite."""
    if out.dtype.element_ty == tl.bfloat16:
        bits = made.to(tl.uint32, bitcast=True)
        # Adding to the bits of a NaN may make a number of it.
        bits = tl.where(made == made, bits + (0x7FFF + ((bits >> 16) & 1)), 0x7FC00000)
        written = (bits >> 16).to(tl.uint16).to(tl.bfloat16, bitcast=True)
    else:
        written = made.to(out.dtype.element_ty)
    tl.store(out + at, written, mask=inside)
    fine = (tl.abs(made) < float("inf")) & (tl.abs(written.to(tl.float32)) < float("inf"))
    wrong = tl.max((inside & ~fine).to(tl.int32), axis=0)
    tl.store(finite, wrong == 0, mask=wrong != 0)
