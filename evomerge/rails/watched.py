"""All that was watched of a run so far: what a rail decides by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from evomerge.ledger import (
    AnswersLook,
    CanariesJudged,
    CycleJudged,
    GenerationWatched,
    WatchedModel,
    WatchedTask,
)


@dataclass(frozen=True)
class WriterJudged:
    """What became of all that a writer wrote in a cycle."""

    cycle: int
    writer: str
    drawn: int
    """Documents that it came to, refused ones included."""
    known: int
    """Refused: nearly an item that there is already, sealed ones included."""
    easy: int
    """Refused: more of the population solves it than the recipe allows."""


@dataclass(frozen=True)
class WatchedRun:
    """The history of a run as rails see it, the newest generation last."""

    baselines: tuple[WatchedModel, ...]
    """Parents and uniform merge; and leaders that a person has accepted."""
    entries: tuple[GenerationWatched, ...]
    """One a generation, of all cycles in order."""
    cycles: tuple[CycleJudged, ...] = ()
    """What each cycle that has ended gained, if there are several."""
    canaries: tuple[CanariesJudged, ...] = ()
    """What each cycle that has ended came to on items that a program knows the answers of."""
    writers: tuple[WriterJudged, ...] = ()
    """What wrote items in the cycles that have ended."""
    accepted: GenerationWatched | None = None
    """The generation at which a person has overridden this rail last, if one did: what was seen
    then is no news."""

    @property
    def newest(self) -> GenerationWatched:
        """The generation that has just ended."""
        return self.entries[-1]

    def since(self, place: tuple[int, int]) -> WatchedRun:
        """What there is beyond a generation that a person has accepted.

        Args:
            place: its cycle and generation.
        """
        accepted = next((one for one in self.entries if one.place == place), None)
        if accepted is None:
            return self
        own = () if accepted.leader is None else (accepted.leader,)
        return replace(
            self,
            baselines=(*self.baselines, *own),
            entries=tuple(one for one in self.entries if one.place > place),
            cycles=tuple(one for one in self.cycles if one.cycle >= place[0]),
            canaries=tuple(one for one in self.canaries if one.cycle >= place[0]),
            writers=tuple(one for one in self.writers if one.cycle >= place[0]),
            accepted=accepted,
        )

    def leading(self) -> Iterator[tuple[str, WatchedTask]]:
        """Each task, and how the newest leader does on it."""
        if self.newest.leader is not None:
            yield from self.newest.leader.tasks.items()

    def leaders(self, task: str) -> list[WatchedTask]:
        """How the leader of each generation did on a task, the newest last; the accepted one
        first, if there is one.
        """
        entries = self.entries if self.accepted is None else (self.accepted, *self.entries)
        models = [one.leader for one in entries if one.leader is not None]
        return [model.tasks[task] for model in models if task in model.tasks]

    def of_baselines(self, task: str) -> list[WatchedTask]:
        """How each of the baselines does on a task."""
        return [model.tasks[task] for model in self.baselines if task in model.tasks]

    def usual(self, task: str, of: Callable[[AnswersLook], float]) -> tuple[float, int] | None:
        """The largest that a number of a look may be for a model that does as well as the leader.

        A model that knows a task answers unlike one that does not. So of the baselines those count
        that do about as well or better; and where the leader is between two of them, what a mixture
        of both would have.

        Args:
            of: the number.

        Returns:
            The number, and on how many items it rests; None where nothing is known.
        """
        leader = self.newest.leader
        now = None if leader is None else leader.tasks[task].validation
        seen = sorted(
            (one.validation.mean, of(one.look), one.look.items)
            for one in self.of_baselines(task)
            if one.validation is not None and one.look is not None
        )
        if now is None or not seen:
            return None
        low = now.mean - ALIKE * now.error
        worse = [one for one in seen if one[0] < low]
        better = [one for one in seen if one[0] >= low]
        if not better:
            return seen[-1][1:]
        if not worse:
            return max(one[1:] for one in better)
        (below, its_value, its_items), (above, value, items) = worse[-1], better[0]
        share = (low - below) / (above - below)
        between = share * value + (1 - share) * its_value, min(items, its_items)
        return max([between, *(one[1:] for one in better)])


ALIKE = 2.0
"""Standard errors within which two scores count as equal."""
