"""How kernels are compiled: each for one signature, when it is first called, and kept on disk."""

from __future__ import annotations

import hashlib
import os
import threading
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

_COMPILING = threading.Lock()


class Kernel:
    """A function that Python calls, compiled when it is called first."""

    def __init__(self, function: Callable[..., Any], signature: str) -> None:
        self._function, self._signature = function, signature
        self._compiled: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """What the function gives."""
        if self._compiled is None:
            with _COMPILING:
                self._compiled = self._compiled or self._compile()
        return self._compiled(*arguments)

    def _compile(self) -> Callable[..., Any]:
        settings: Any = numba.config
        elsewhere = settings.CACHE_DIR
        try:
            settings.CACHE_DIR = str(_kept_in())
            done: Callable[..., Any] = numba.njit(self._signature, nogil=True, cache=True)(
                self._function
            )
        except (RuntimeError, OSError):  # nowhere to keep it: compiled anew in every process
            done = numba.njit(self._signature, nogil=True)(self._function)
        finally:
            settings.CACHE_DIR = elsewhere
        return done


def kernel(signature: str) -> Callable[[Callable[..., Any]], Kernel]:
    """Make a function a kernel, with the one signature that it has for Numba."""
    return lambda function: Kernel(function, signature)


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
