"""A run watched: after each generation its leader is looked at, and the rails decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.ledger import (
    BaselinesWatched,
    CanariesJudged,
    CycleJudged,
    GenerationWatched,
    ItemsMade,
    Ledger,
    Model,
    RailDecided,
    RailOverridden,
    Split,
    WatchedModel,
)
from evomerge.rails import Settings, WatchedRun, WriterJudged, judge_all
from evomerge.rails.rules.conduct import CONDUCT
from evomerge.rails.rules.judge import JUDGE
from evomerge.recipe import Curriculum
from evomerge.run.auditing.auditor import Auditor
from evomerge.run.baselines.baselines import Baselines
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.folder.folder import RunFolder
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.watching.halts import halt
from evomerge.run.watching.looking import Looking
from evomerge.run.watching.outlays import Outlays
from evomerge.run.watching.writers import writers_judged
from evomerge.workers.protocol import Workers

OF_CONDUCT = {CONDUCT.name, JUDGE.name}
"""The rails that look at the constitution: without them no judge is asked."""


@dataclass(frozen=True)
class RacedGeneration:
    """A generation that has been raced and told."""

    cycle: int
    number: int
    candidates: Sequence[Offspring]
    failed: int
    """How many of them could not be scored."""
    evaluated: int
    """Recipes that the run has scored so far."""
    leader: Offspring | None
    """The best of the cycle so far, by its search score."""


class Watch:
    """Looks, records what it sees, and has the rails decide by what is on record.

    Args:
        settings: the rails that are on.
        folder: the run's, to be told.
        auditor: holds leaders to the recipe's constitution; None where no rail looks at that.
        curriculum: what the recipe says of items that are made; None where none are.
    """

    def __init__(
        self,
        settings: Settings,
        looking: Looking,
        baselines: Baselines,
        ledger: Ledger,
        folder: Path,
        auditor: Auditor | None = None,
        curriculum: Curriculum | None = None,
    ) -> None:
        self._auditor, self._curriculum = auditor, curriculum
        self._settings, self._looking, self._baselines = settings, looking, baselines
        self._ledger, self._folder = ledger, folder
        self._outlays = Outlays(ledger)
        self._overrides = ledger.all_of(RailOverridden)
        self._decided = {one.name for one in ledger.all_of(RailDecided)}
        self._met: list[RailDecided] = []
        """Overridden decisions of what this session has gone through."""
        self._known = {_key(one): one for one in ledger.all_of(GenerationWatched)}
        self._seen: dict[tuple[int, int], GenerationWatched] = {}
        """What this session has gone through, in order."""
        self._models: tuple[WatchedModel, ...] = ()

    def _begin(self, workers: Workers) -> None:
        """Look at the parents and their average, which leaders are compared with.

        They are asked the validation items, as they would be in the end.
        """
        self._baselines.score(Split.VALIDATION, workers)
        known = self._ledger.all_of(BaselinesWatched)
        if not known:
            models: Mapping[Model, Offspring] = self._baselines.models
            known = [BaselinesWatched(tuple(map(self._looking.watched, models.values())))]
            self._ledger.record(*known)
        self._models = known[0].models

    def after(self, generation: RacedGeneration, workers: Workers) -> None:
        """Look at a generation, and hold the run to the rails.

        Raises:
            Halted: a rail ends it.
        """
        if not self._models:
            self._begin(workers)
        entry = self._known.get(_key_of(generation)) or self._look(generation, workers)
        self._seen[entry.place] = entry
        watched = WatchedRun(
            self._models,
            tuple(self._seen.values()),
            self._cycles(entry.cycle),
            self._canaries(entry.cycle),
            self._writers(entry.cycle),
        )
        judged = judge_all(self._settings, watched, self._overrides, self._met)
        if new := [one for one in judged.decided if one.name not in self._decided]:
            self._ledger.record(*new)
            self._decided.update(one.name for one in new)
        if judged.standing:
            raise halt(judged.standing, self._folder)
        self._met += judged.decided

    def _cycles(self, cycle: int) -> tuple[CycleJudged, ...]:
        """How the cycles before this one came out; of each the last that is on record."""
        judged = {one.cycle: one for one in self._ledger.all_of(CycleJudged) if one.cycle < cycle}
        return tuple(judged[number] for number in sorted(judged))

    def _canaries(self, cycle: int) -> tuple[CanariesJudged, ...]:
        """What those who verified in the cycles before this one made of known answers."""
        known = {
            one.cycle: one.canaries
            for one in self._ledger.all_of(ItemsMade)
            if one.cycle < cycle and one.canaries is not None
        }
        return tuple(known[number] for number in sorted(known))

    def _writers(self, cycle: int) -> tuple[WriterJudged, ...]:
        """What became of what was written in the cycles before this one."""
        if self._curriculum is None:
            return ()
        made = {one.cycle: one for one in self._ledger.all_of(ItemsMade) if one.cycle < cycle}
        return tuple(
            judged
            for number in sorted(made)
            for judged in writers_judged(made[number], self._curriculum)
        )

    def _look(self, generation: RacedGeneration, workers: Workers) -> GenerationWatched:
        leader = generation.leader
        watched = conduct = None
        if leader is not None:
            self._looking.ask(leader, workers)
            watched = self._looking.watched(leader, self._first(generation.cycle))
            if self._auditor is not None:
                conduct = self._auditor.conduct(leader, workers)
        entry = GenerationWatched(
            generation.cycle,
            generation.number,
            len(generation.candidates),
            generation.failed,
            generation.evaluated,
            watched,
            self._looking.entropies(generation.candidates, [*self._baselines.models.values()]),
            self._outlays.so_far,
            conduct,
        )
        self._ledger.record(entry)
        return entry

    def _first(self, cycle: int) -> str | None:
        """The digest of the leader that the first cycle ended with, in a later one."""
        first = [one.leader for one in self._seen.values() if one.cycle == 0 and one.leader]
        return first[-1].digest if cycle and first else None


def _key(entry: GenerationWatched) -> tuple[int, int, str]:
    return *entry.place, entry.leader.digest if entry.leader else ""


def _key_of(generation: RacedGeneration) -> tuple[int, int, str]:
    leader = generation.leader
    return generation.cycle, generation.number, leader.digest if leader else ""


def watch_of(
    prepared: Prepared,
    evaluations: Evaluations,
    baselines: Baselines,
    folder: RunFolder,
    auditor: Auditor,
) -> Watch | None:
    """What watches a run; None where its recipe has no rails."""
    settings = prepared.evolve.held_to
    if not settings:
        return None
    looking = Looking(prepared.benchmark, evaluations, prepared.evolve.seed)
    audits = auditor if {rail.name for rail in settings} & OF_CONDUCT else None
    curriculum = prepared.evolve.curriculum
    return Watch(settings, looking, baselines, folder.ledger, folder.path, audits, curriculum)
