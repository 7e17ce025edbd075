"""Sizes and types that kernels are tried with."""

import torch
from hypothesis import settings
from hypothesis import strategies as st

from evomerge.merge.kernels.arrays import BLOCK

ANYTHING = settings(deadline=None)
NARROW = [torch.bfloat16, torch.float16]
SIZES = st.sampled_from([0, 1, 15, 17, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])


def as_float32(theta):
    return theta.float().numpy()
