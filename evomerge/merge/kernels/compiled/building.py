"""Object code of a kernel."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import llvmlite.binding as llvm
import numba
from numba.core import types

from evomerge.merge.kernels import numba as numba_kernels
from evomerge.merge.kernels.compiled.machine import machine, symbol

_OF_PYTHON = re.compile(r"^declare (.*@((?:numba_|NRT_|Py)\w+)\(.*\)).*$", re.MULTILINE)
_UNUSED = re.compile(
    "Py.*|numba_(gil_.*|unpickle|do_raise|runtime_build_excinfo_struct)"
    "|NRT_(Free|MemInfo_call_dtor)"
)
"""What Numba calls where a kernel raises or frees memory: none does."""


def build(module: str, name: str) -> bytes:
    """Compile a kernel.

    Args:
        module: the module of kernels/numba that it stands in.
        name: its name there.

    Raises:
        TypeError: it does what takes Numba at run time, such as to allocate memory.
    """
    function = getattr(import_module(f"{numba_kernels.__name__}.{module}"), name)
    arity = function.__code__.co_argcount
    signature = types.int64(*[types.int64] * arity)
    callback: Any = numba.cfunc(signature, error_model="numpy")(function)
    text = callback.inspect_llvm().replace(callback.native_name, symbol(arity))
    for _, needed in _OF_PYTHON.findall(text):
        if not _UNUSED.fullmatch(needed):
            raise TypeError(f"the kernel {module}.{name} needs Numba's {needed}")
    text = _OF_PYTHON.sub(r"define internal \1 {\n  call void @llvm.trap()\n  unreachable\n}", text)
    code: bytes = machine().emit_object(llvm.parse_assembly(f"{text}\ndeclare void @llvm.trap()\n"))
    return code
