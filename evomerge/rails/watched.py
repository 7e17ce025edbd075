"""All that was watched of a run so far: what a rail decides by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from evomerge.ledger import CycleJudged, GenerationWatched, WatchedModel, WatchedTask


@dataclass(frozen=True)
class CanariesJudged:
    """Made questions whose answers are known, hidden among those that a cycle verified."""

    cycle: int
    asked: int
    disagreed: int
    """On how many the vote and the executor came to different answers."""
    executor_wrong: int = 0
    """On how many the executor's answer is not the known one."""


@dataclass(frozen=True)
class Watched:
    """The history of a run as rails see it, the newest generation last."""

    baselines: tuple[WatchedModel, ...]
    """Parents and uniform merge; and leaders that a person has accepted."""
    entries: tuple[GenerationWatched, ...]
    """One a generation, of all cycles in order."""
    cycles: tuple[CycleJudged, ...] = ()
    """What each cycle that has ended gained, if there are several."""
    canaries: tuple[CanariesJudged, ...] = ()
    accepted: GenerationWatched | None = None
    """The generation at which a person has overridden this rail last, if one did: what was seen
    then is no news."""

    @property
    def newest(self) -> GenerationWatched:
        """The generation that has just ended."""
        return self.entries[-1]

    def since(self, place: tuple[int, int]) -> Watched:
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
            canaries=tuple(one for one in self.canaries if one.cycle > place[0]),
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

    def as_good(self, task: str) -> list[WatchedTask]:
        """The baselines that do about as well as the leader on a task, or better; the best one
        where it is better than all.

        A model that knows a task answers unlike one that does not, so these alone tell how it may
        answer.
        """
        now = self.newest.leader.tasks[task].validation if self.newest.leader else None
        scored = [one for one in self.of_baselines(task) if one.validation is not None]
        if now is None or not scored:
            return scored
        floor = now.mean - ALIKE * now.error
        best = max(scored, key=_validation_mean)
        return [one for one in scored if _validation_mean(one) >= floor] or [best]


ALIKE = 2.0
"""Standard errors within which two scores count as equal."""


def _validation_mean(task: WatchedTask) -> float:
    assert task.validation is not None
    return task.validation.mean
