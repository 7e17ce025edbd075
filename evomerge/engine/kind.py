"""An engine as it is chosen and recorded, before one is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from typing import Any

import torch

from evomerge.engine.protocol import Engine
from evomerge.errors import UserError
from evomerge.weights import Parent

ABSENT = "not installed"
"""In the place of a version."""


@dataclass(frozen=True)
class EngineIdentity:
    """What decides how an engine answers, beside weights and request.

    Scores of engines that differ in it never stand side by side.
    """

    name: str
    versions: Mapping[str, str]
    """Of the packages that compute."""
    settings: Mapping[str, Any]
    """JSON values."""

    def plain(self) -> dict[str, Any]:
        """The identity as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        of = ", ".join(f"{package} {number}" for package, number in self.versions.items())
        return f"{self.name} ({of})" if of else self.name


@dataclass(frozen=True)
class EngineKind:
    """An engine as it is chosen, before one is opened."""

    name: str
    make: Callable[..., Engine]
    """Makes one, from the tokenizer of what is asked, the cores it may use, and its device; of
    several devices where it spreads."""
    check: Callable[[Parent], None]
    """Raises a ParentError for a parent that the engine cannot answer as."""
    packages: tuple[str, ...] = ()
    """Those whose versions decide how it answers."""
    settings: Callable[[], Mapping[str, Any]] = dict
    """JSON values that decide it as well."""
    devices: tuple[str, ...] = ("cpu", "cuda")
    """Where it runs."""
    spreads: bool = False
    """Whether it spreads one model over several devices."""
    extra: str | None = None
    """The extra of this package that installs it, where it is not there anyway."""

    def require(self, device: torch.device, gpus: float = 1) -> None:
        """Check that the engine is installed, and runs on a device.

        Args:
            gpus: how many each worker is given.

        Raises:
            UserError: it is not, or does not.
        """
        for package in self.packages:
            if _version(package) == ABSENT:
                raise UserError(
                    f"the engine {self.name} needs {package}, which is not installed: "
                    f"pip install 'evomerge[{self.extra}]'"
                )
        if device.type not in self.devices:
            where = ", ".join(self.devices)
            raise UserError(f"the engine {self.name} runs on {where}, and not on {device.type}")
        if device.type == "cuda" and gpus > 1 and not self.spreads:
            raise UserError(
                f"the engine {self.name} does not spread a model over {gpus:g} GPUs: take the "
                "engine transformers, or workers of one GPU each"
            )

    @property
    def identity(self) -> EngineIdentity:
        """What a run on this engine is bound to."""
        versions = {package: _version(package) for package in self.packages}
        return EngineIdentity(self.name, versions, self.settings())


@cache
def _version(package: str) -> str:
    """That of this process: a kind travels to workers, and says there what they compute with."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ABSENT
