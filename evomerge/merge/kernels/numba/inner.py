"""Functions that only kernels call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function into the kernels that call it."""
    done: Callable[..., Any] = numba.njit(error_model="numpy")(function)
    return done
