"""How a run was begun, beside its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from evomerge.ledger import NONE, Registry


@dataclass(frozen=True)
class Options:
    """What a run was begun with; it stands in the ledger, so that the run is resumed with it."""

    workers: int | Mapping[str, Any] = 1
    """Keys of a :class:`evomerge.recipe.Placement`; or how many, of workers that were given."""
    device: str | None = None
    include_paths: tuple[str, ...] = ()
    allow_python: bool = False
    accept_format: bool = False
    anyway: bool = False
    registry: str | None = None
    """The registry's file, or "none"."""

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Options as they stand in a ledger."""
        return cls(**{**plain, "include_paths": tuple(plain.get("include_paths", ()))})

    def plain(self) -> dict[str, Any]:
        """The same, of JSON values."""
        return {**asdict(self), "include_paths": [*self.include_paths]}

    @property
    def paths(self) -> list[Path]:
        """The folders of tasks."""
        return [Path(path) for path in self.include_paths]


def registry_option(registry: Registry) -> str:
    """What stands in a ledger for a registry."""
    return NONE if registry.path is None else str(registry.path.resolve())
