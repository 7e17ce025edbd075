"""The global random generators of a process, drawn from anew for a while."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import torch

from evomerge.score.judges.afresh.clock import SEED


@contextlib.contextmanager
def other_chance() -> Iterator[None]:
    """Put the generators of random, numpy and torch elsewhere, and back in the end."""
    python, old_numpy = random.getstate(), np.random.get_state()
    gpus = range(torch.cuda.device_count()) if _gpus_are_in_use() else ()
    try:
        with torch.random.fork_rng(devices=gpus):
            random.seed(SEED)
            np.random.seed(SEED)
            torch.default_generator.manual_seed(SEED)
            if gpus:
                torch.cuda.manual_seed_all(SEED)
            yield
    finally:
        random.setstate(python)
        np.random.set_state(old_numpy)


def _gpus_are_in_use() -> bool:
    """Those that nobody uses have no generators yet, and are left asleep."""
    used: bool = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    return used
