"""What a run computes with: versions and machine, compared whenever it goes on."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

import evomerge
from evomerge.workers.protocol import Workers

DECIDING = {
    "evomerge": "it merges, asks, grades and decides",
    "torch": "it computes what models answer",
    "transformers": "it says how models compute and tokenize",
    "tokenizers": "it tokenizes",
    "lm_eval": "it makes prompts and grades answers",
    "cma": "it proposes candidates",
    "numpy": "it draws candidates and items",
    "scipy": "it decides races and verdicts",
}
"""What changes scores or decisions where it changes, and how: of scores of two versions one may be
better for no reason but its version."""

TRAINING = {"peft": "it makes the adapters that are trained"}
"""What changes adapters where it changes, beside the above: compared where a recipe trains."""

TOLD = ("safetensors", "numba", "llvmlite", "datasets", "jinja2", "optuna")
"""Packages that do not change scores, or whose work is hashed (prompts, weights): a change is told,
since nobody knows everything."""

CODE = Path(evomerge.__file__).parent
"""Evomerge's own code. In a checkout it changes where its version does not, as when a merge method
is added or mended."""


def environment(workers: Workers, *, trains: bool = False) -> dict[str, str]:
    """Versions and machine by name, as they are here.

    Args:
        trains: whether adapters are trained.
    """
    names = [*DECIDING, *(TRAINING if trains else ()), *TOLD]
    packages = {name: _version(name) for name in names if name != "evomerge"}
    device = workers.device
    return {
        "evomerge": evomerge.__version__,
        "evomerge's code": _hash(CODE),
        **workers.engine.identity.versions,
        **packages,
        "python": platform.python_version(),
        "machine": platform.platform(),
        "processor": _processor(),
        "device": torch.cuda.get_device_name() if device.type == "cuda" else device.type,
    }


def changes(known: Mapping[str, str], now: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What has changed: what decides scores, and what does not; a sentence each.

    Args:
        known: of the last session. What it does not name is not compared.
    """
    deciding, told, why = [], [], {**DECIDING, **TRAINING}
    for name, value in now.items():
        before = known.get(name, value)
        if before != value and name in why:
            deciding.append(f"{name} was {before} and is {value} ({why[name]})")
        elif before != value:
            told.append(f"{name} was {before} and is {value}")
    return deciding, told


def _hash(code: Path) -> str:
    """Names all modules below a folder."""
    sha256 = hashlib.sha256()
    for file in sorted(code.rglob("*.py")):
        sha256.update(repr((file.relative_to(code).as_posix(), file.read_bytes())).encode())
    return sha256.hexdigest()[:16]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _processor() -> str:
    """The processor's name: which kernels BLAS takes, and how it rounds, go by it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
