"""A tracker as a recipe names it, before it is opened."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from evomerge.errors import UserError
from evomerge.trackers.tracker import Tracker


@dataclass(frozen=True)
class TrackerKind:
    """A tracker that a recipe can name; its package is an extra of the same name."""

    name: str
    make: Callable[[], Tracker]
    """Makes one. Nothing is imported before it begins: every start of a run reads the registry."""

    @property
    def is_installed(self) -> bool:
        """Whether its package can be imported."""
        return importlib.util.find_spec(self.name) is not None

    def require(self) -> None:
        """Check that it can be had.

        Raises:
            UserError: its package is not installed.
        """
        if not self.is_installed:
            raise UserError(
                f"the tracker {self.name} is not installed: pip install 'evomerge[{self.name}]'"
            )
