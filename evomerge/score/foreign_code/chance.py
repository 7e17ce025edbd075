"""The global random generators of a process, elsewhere for a while."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import torch


@contextlib.contextmanager
def seeded(python: int, others: int) -> Iterator[None]:
    """Seed the generators of random, numpy and torch, and put them back in the end.

    Args:
        python: the seed of Python's own generator.
        others: of numpy's and torch's.
    """
    before, old_numpy = random.getstate(), np.random.get_state()
    gpus = range(torch.cuda.device_count()) if _gpus_are_in_use() else ()
    try:
        with torch.random.fork_rng(devices=gpus):
            random.seed(python)
            np.random.seed(others)
            torch.default_generator.manual_seed(others)
            if gpus:
                torch.cuda.manual_seed_all(others)
            yield
    finally:
        random.setstate(before)
        np.random.set_state(old_numpy)


def _gpus_are_in_use() -> bool:
    """Those that nobody uses have no generators yet, and are left asleep."""
    used: bool = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    return used
