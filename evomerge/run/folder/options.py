"""How a run was begun, beside its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from evomerge.ledger import NONE, Registry
from evomerge.permissions import NOTHING, Permissions

_OF_PERMISSIONS = ("include_paths", "allow_python", "allow_judges", "folder")


@dataclass(frozen=True)
class Options:
    """What a run was begun with; it stands in the ledger, so that the run is resumed with it."""

    workers: int | Mapping[str, Any] = 1
    """Keys of a :class:`evomerge.recipe.Placement`; or how many, of workers that were given."""
    device: str | None = None
    permissions: Permissions = NOTHING
    """In a ledger its fields stand among the options."""
    accept_format: bool = False
    anyway: bool = False
    registry: str | None = None
    """The registry's file, or "none"."""
    track: tuple[str, ...] | None = None
    """Names of trackers, instead of those of the recipe."""

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Options as they stand in a ledger."""
        folder = plain.get("folder")
        permissions = Permissions(
            tuple(map(Path, plain.get("include_paths", ()))),
            bool(plain.get("allow_python")),
            tuple(plain.get("allow_judges", ())),
            folder=None if folder is None else Path(folder),
        )
        own = {key: value for key, value in plain.items() if key not in _OF_PERMISSIONS}
        if own.get("track") is not None:
            own["track"] = tuple(own["track"])
        return cls(**own, permissions=permissions)

    def plain(self) -> dict[str, Any]:
        """The same, of JSON values."""
        allowed = self.permissions
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "permissions"}
        return {
            **own,
            "include_paths": [str(path.resolve()) for path in allowed.include_paths],
            "allow_python": allowed.allow_python,
            "allow_judges": [*allowed.allow_judges],
            "folder": None if allowed.folder is None else str(allowed.folder),
        }


def registry_option(registry: Registry) -> str:
    """What stands in a ledger for a registry."""
    return NONE if registry.path is None else str(registry.path.resolve())
