"""How kernels are loaded: object code for this very machine, made when it is first needed.

Loading it takes milliseconds; Numba, which makes it, takes half a second to be imported.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from ctypes import CFUNCTYPE, c_int64
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

_LOADING = threading.Lock()


def symbol(arity: int) -> str:
    """What every kernel of so many arguments is called in its object code."""
    return f"kernel{arity}"


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
        file = _kept_in() / f"{self.module}.{self.name}"
        code = _kept(file)
        if code is None:
            from evomerge.merge.kernels.numba.building import build

            code = build(self.module, self.name)
            _keep(file, code)
        return code


def machine() -> llvm.TargetMachine:
    """What code is made for: this processor, with all that it can do."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=3, codemodel="jitdefault", jit=True
    )


def _integer(argument: int | npt.NDArray[Any]) -> int:
    if isinstance(argument, np.ndarray):
        address: int = argument.__array_interface__["data"][0]
        return address
    return int(argument)


@cache
def _kept_in() -> Path:
    """A folder for what is made of these very sources, by this compiler, for this processor."""
    here = Path(__file__).parent
    sources = [*here.glob("*.py"), *here.glob("numba/*.py")]
    made_by = [version("numba"), version("llvmlite"), llvm.get_host_cpu_name()]
    made_by.append(llvm.get_host_cpu_features().flatten())
    texts = [source.read_bytes() for source in sorted(sources)]
    digest = hashlib.sha256(b"\0".join([*texts, *(text.encode() for text in made_by)]))
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "evomerge" / f"kernels-{digest.hexdigest()[:16]}"


def _kept(file: Path) -> bytes | None:
    """The code in a file that is whole."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    digest, code = content[:32], content[32:]
    return code if hashlib.sha256(code).digest() == digest else None


def _keep(file: Path, code: bytes) -> None:
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(hashlib.sha256(code).digest() + code)
        part.replace(file)
    except OSError:  # nowhere to keep it, or no room: it is made anew in every process
        with suppress(OSError):
            part.unlink()
