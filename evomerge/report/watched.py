"""What rails have looked at, generation by generation."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.ledger import BaselinesWatched, Fact, GenerationWatched, WatchedModel


@dataclass(frozen=True)
class ViewedWatch:
    """What is on record of a run that is held to rails."""

    models: tuple[WatchedModel, ...]
    """The parents and their uniform merge, before the search."""
    generations: tuple[GenerationWatched, ...]
    """In order; never empty."""


class Watches:
    """Gathers what rails look at; of a generation that was looked at again, the last."""

    def __init__(self) -> None:
        self._models: tuple[WatchedModel, ...] = ()
        self._generations: dict[tuple[int, int], GenerationWatched] = {}

    def take(self, what: Fact) -> None:
        """Bring up to date."""
        if isinstance(what, BaselinesWatched):
            self._models = what.models
        elif isinstance(what, GenerationWatched):
            self._generations[what.place] = what

    @property
    def viewed(self) -> ViewedWatch | None:
        """All of it; None before the first generation, and where there are no rails."""
        ordered = tuple(self._generations[place] for place in sorted(self._generations))
        return ViewedWatch(self._models, ordered) if ordered else None
