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
    """Makes one. Its package is imported here: not before, since every start of a run reads the
    registry, and not in the tracker's thread, since a fork is never to meet half an import."""

    @property
    def is_installed(self) -> bool:
        """Whether its package can be imported."""
        return importlib.util.find_spec(self.name) is not None

    def made(self) -> Tracker:
        """A tracker of the kind.

        Raises:
            UserError: its package is not installed, or cannot be imported.
        """
        how = f"pip install 'evomerge[{self.name}]'"
        if not self.is_installed:
            raise UserError(f"the tracker {self.name} is not installed: {how}")
        try:
            return self.make()
        except Exception as error:  # whatever a package's code raises when it is imported
            what = f"{type(error).__name__}: {error}"
            raise UserError(
                f"the tracker {self.name} cannot be imported ({what}): {how}"
            ) from error
