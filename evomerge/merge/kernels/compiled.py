"""How kernels are compiled: ahead of time for one signature, and kept on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

BLOCK = 1024
"""Elements at a time: some ten float32 buffers of it lie in a core's first two caches."""

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


def kernel(signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function that Python calls."""

    def compile_it(function: Callable[..., Any]) -> Callable[..., Any]:
        settings: Any = numba.config
        elsewhere, settings.CACHE_DIR = settings.CACHE_DIR, str(_kept_in())
        try:
            done: Callable[..., Any] = numba.njit(signature, nogil=True, cache=True)(function)
        except (RuntimeError, OSError):  # nowhere to keep it: compiled anew in every process
            done = numba.njit(signature, nogil=True)(function)
        finally:
            settings.CACHE_DIR = elsewhere
        return done

    return compile_it


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that only kernels call."""
    done: Callable[..., Any] = numba.njit(nogil=True)(function)
    return done


@cache
def _kept_in() -> Path:
    """A folder for these very sources: Numba looks for changes in a kernel's own file alone."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "evomerge" / f"kernels-{version[:16]}"
