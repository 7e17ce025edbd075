"""All that `evomerge doctor` says of a machine, gathered in a moment."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import evomerge
from evomerge.health.exposure import environment_now, exposures
from evomerge.health.listening import Listener, listeners
from evomerge.health.packages import Package, packages
from evomerge.ledger import registry_at

PYTHON = (3, 11)
"""The oldest that evomerge runs on."""
ASKING_S = 2.0
"""How long the driver of a GPU may take to answer."""
ROOM = 2 * 2**30
"""Bytes of memory and disk below which even small models do not fit."""


@dataclass(frozen=True)
class Machine:
    """What a machine has, what cannot be used of it, and what is unsafe."""

    evomerge: str
    python: str
    machine: str
    cores: int
    packages: tuple[Package, ...]
    gpus: tuple[str, ...]
    """Their names and memory, as the driver tells them."""
    devices: tuple[str, ...]
    """What `--device` takes here."""
    engines: tuple[str, ...]
    workers: tuple[str, ...]
    """What may work: this process, and Ray's where it is installed."""
    memory: int | None
    """Bytes that are free; None where that is not known."""
    disk: int
    """Bytes that are free where run folders go."""
    registry: str
    """The file that counts openings, or "none"."""
    listening: tuple[Listener, ...]
    """Ports beyond this machine, and all of Ray's."""
    unsafe: tuple[str, ...]
    problems: tuple[str, ...]
    """Why evomerge cannot be used here, a sentence each; nothing where it can."""

    @property
    def is_usable(self) -> bool:
        """Whether evomerge can be used here."""
        return not self.problems


def look_at_machine(folder: Path = Path()) -> Machine:
    """Look at this machine; nothing is sent, and neither torch nor Ray is loaded.

    Args:
        folder: where run folders would go.
    """
    found, ports = packages(), listeners()
    gpus = _gpus()
    devices = ("cpu", "cuda") if gpus and _torch_has_cuda() else ("cpu",)
    memory, disk = _free_memory(), shutil.disk_usage(folder).free
    registry = registry_at(None).path
    installed = {package.name for package in found if package.version}
    return Machine(
        evomerge.__version__,
        platform.python_version(),
        platform.platform(),
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        found,
        gpus,
        devices,
        tuple(n for n in ("transformers", "vllm") if n in installed or find_spec(n) is not None),
        ("in this process", *(("Ray actors",) if find_spec("ray") is not None else ())),
        memory,
        disk,
        "none" if registry is None else str(registry),
        tuple(one for one in ports if one.is_of_ray or not one.is_local),
        exposures(environment_now(), Path.home(), ports),
        tuple(_problems(found, memory, disk, registry)),
    )


def _problems(
    found: tuple[Package, ...], memory: int | None, disk: int, registry: Path | None
) -> list[str]:
    """Why evomerge cannot be used."""
    problems = []
    if sys.version_info[:2] < PYTHON:
        problems.append(f"Python {platform.python_version()} is older than 3.11")
    for package in found:
        if package.is_lacking:
            what = f"is of version {package.version}" if package.version else "is not installed"
            problems.append(f"{package.name} {what}: pip install --upgrade evomerge")
    if memory is not None and memory < ROOM:
        problems.append(f"{memory / 2**30:.1f} GiB of memory are free, which holds no model")
    if disk < ROOM:
        problems.append(f"{disk / 2**30:.1f} GiB of disk are free, which holds no model")
    if registry is not None and not _writable(registry):
        problems.append(
            f"{registry} cannot be written, so openings cannot be counted; see EVOMERGE_REGISTRY"
        )
    return problems


def _writable(file: Path) -> bool:
    """Whether a file can be written, or made."""
    there = file
    while not there.exists() and there != there.parent:
        there = there.parent
    return os.access(there, os.W_OK)


def _free_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    named = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(named["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in named else None


def _gpus() -> tuple[str, ...]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    asked = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=ASKING_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in said.stdout.splitlines() if line.strip())


def _torch_has_cuda() -> bool:
    """Whether torch was built for it, as its version file says; loading it takes seconds."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    try:
        text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return False
    return any(line.startswith("cuda") and "None" not in line for line in text.splitlines())
