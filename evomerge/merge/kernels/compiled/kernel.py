"""How kernels are loaded: object code for this very machine, made when it is first needed.

Loading it takes milliseconds; Numba, which makes it, takes half a second to be imported.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from ctypes import CFUNCTYPE, c_int64
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.compiled.cache import folder, keep, kept
from evomerge.merge.kernels.compiled.machine import machine, symbol

_LOADING = threading.Lock()


class Kernel:
    """A compiled function of integers that gives an integer, each of 64 bits.

    Args:
        module: the module of kernels/numba that it stands in.
        name: the function there.
    """

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name
        self._function: Callable[..., int] | None = None

    def __call__(self, *arguments: int | npt.NDArray[Any]) -> int:
        """What the function gives.

        Args:
            arguments: of an array, which must be contiguous, the function is given the address.
        """
        if self._function is None:
            with _LOADING:
                self._function = self._function or self._load(len(arguments))
        return self._function(*map(_integer, arguments))

    def _load(self, arity: int) -> Callable[..., int]:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(self._code()))
        self._engine.finalize_object()
        address = self._engine.get_function_address(symbol(arity))
        if not address:
            raise TypeError(f"{self.module}.{self.name} does not take {arity} arguments")
        return CFUNCTYPE(c_int64, *[c_int64] * arity)(address)

    def _code(self) -> bytes:
        file = folder() / f"{self.module}.{self.name}"
        code = kept(file)
        if code is None:
            from evomerge.merge.kernels.compiled.building import build

            code = build(self.module, self.name)
            keep(file, code)
        return code


def _integer(argument: int | npt.NDArray[Any]) -> int:
    if isinstance(argument, np.ndarray):
        address: int = argument.__array_interface__["data"][0]
        return address
    return int(argument)
