"""Object code kept in files of the user's, each behind its hash."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import llvmlite.binding as llvm


@cache
def folder() -> Path:
    """A folder for what is made of these very sources, by this compiler, for this processor."""
    kernels = Path(__file__).parents[1]
    sources = [file for of in ("*.py", "numba/*.py", "compiled/*.py") for file in kernels.glob(of)]
    made_by = [version("numba"), version("llvmlite"), llvm.get_host_cpu_name()]
    made_by.append(llvm.get_host_cpu_features().flatten())
    texts = [source.read_bytes() for source in sorted(sources)]
    digest = hashlib.sha256(b"\0".join([*texts, *(text.encode() for text in made_by)]))
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "evomerge" / f"kernels-{digest.hexdigest()[:16]}"


def kept(file: Path) -> bytes | None:
    """The code in a file that is whole."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    digest, code = content[:32], content[32:]
    return code if hashlib.sha256(code).digest() == digest else None


def keep(file: Path, code: bytes) -> None:
    """Write code into a file, if that can be done."""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(hashlib.sha256(code).digest() + code)
        part.replace(file)
    except OSError:  # nowhere to keep it, or no room: it is made anew in every process
        with suppress(OSError):
            part.unlink()
