"""What is read of a run that is compared with another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evomerge.ledger import (
    BaselinesNamed,
    ItemKey,
    ItemScore,
    Ledger,
    Part,
    Place,
    Record,
    RunBegan,
    Split,
    Trial,
    Yardstick,
)
from evomerge.report.historian import Historian
from evomerge.report.history import RunHistory
from evomerge.report.names import Names
from evomerge.report.view import SplitScores
from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.scale import Scale


@dataclass(frozen=True)
class ComparedRun:
    """A run, as far as another one can be held against it."""

    name: str
    recipe: Mapping[str, Any]
    """As JSON values; empty before the run has begun."""
    winner: str | None
    """Its digest, once validation has chosen one."""
    fitness: SplitScores
    """The winner's, as the run adds it up."""
    scores: Mapping[tuple[str, ItemKey], ItemScore]
    """What the winner scored, by split and item."""
    items: Mapping[ItemKey, tuple[str, str]]
    """The split and the prompt hash of each item."""
    yardstick: Yardstick | None
    """None of a run that an earlier version began."""
    ranges: Mapping[str, tuple[float, float]]
    """The parents' lowest and highest mean on search items, by task."""
    history: RunHistory
    ended: Mapping[Place, float]
    """When each candidate was first scored, in active seconds."""

    @property
    def seed(self) -> int:
        """Of its search."""
        return int((self.recipe.get("evolve") or {}).get("seed", 0))

    @property
    def units(self) -> Units:
        """What hangs together, as the run has found it."""
        known = self.yardstick
        return ALONE if known is None else Units(known.questions, known.groups)

    @property
    def scales(self) -> dict[str, Scale]:
        """What an item of each task can score, where that is known."""
        tasks = {} if self.yardstick is None else self.yardstick.tasks
        return {name: Scale(*task.scale) for name, task in tasks.items() if task.scale is not None}

    def aggregate(self, tasks: frozenset[str]) -> Aggregate | None:
        """How it adds up some tasks; None where none of them counts, or that is not known."""
        if self.yardstick is None:
            return None
        measures = self.yardstick.tasks
        weights = {t: measures[t].weight for t in sorted(tasks) if measures[t].weight}
        shares = {task: weight / sum(weights.values()) for task, weight in weights.items()}
        if self.yardstick.how != "range":
            return Aggregate(shares, self.yardstick.how) if shares else None
        ranges = {task: self.ranges[task] for task in shares if task in self.ranges}
        return Aggregate(shares, "range", ranges) if shares.keys() == ranges.keys() else None


@dataclass
class _Noted:
    """What is noted of one record after the other."""

    winner: str | None
    began: RunBegan = field(default_factory=lambda: RunBegan({}))
    parents: frozenset[str] = frozenset()
    means: dict[str, tuple[int, Mapping[str, float]]] = field(default_factory=dict)
    """On how many search items, and the mean of each task, by digest."""
    fitness: dict[str, tuple[int, float]] = field(default_factory=dict)
    """The winner's: on how many items, and how much, by split."""
    scores: dict[tuple[str, ItemKey], ItemScore] = field(default_factory=dict)
    historian: Historian = field(default_factory=Historian)
    ended: dict[Place, float] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        what = record.what
        self.historian.take(record)
        if isinstance(what, RunBegan):
            self.began = what
        elif isinstance(what, BaselinesNamed):
            self.parents |= {named.digest for named in what.models if named.model.is_parent}
        elif isinstance(what, Part) and what.digest == self.winner:
            self.scores.update({(what.split, score.key): score for score in what.scores})
        elif isinstance(what, Trial):
            if what.place is not None and what.split == Split.SEARCH:
                self.ended.setdefault(what.place, record.active_s)
            if what.fitness is not None:
                self._score(what, what.fitness)

    def _score(self, trial: Trial, fitness: float) -> None:
        known = self.means.get(trial.digest, (0, {}))[0]
        if trial.digest in self.parents and trial.split == Split.SEARCH and trial.items >= known:
            self.means[trial.digest] = trial.items, trial.task_means
        known = self.fitness.get(trial.split, (0, 0.0))[0]
        if trial.digest == self.winner and trial.items >= known:
            self.fitness[trial.split] = trial.items, fitness

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Of the tasks that all parents were scored on."""
        means = [of_model for _, of_model in self.means.values()]
        tasks = set.intersection(*({*m} for m in means)) if means else set()
        return {task: (min(m[task] for m in means), max(m[task] for m in means)) for task in tasks}


def compared_run(run_dir: str | Path, name: str) -> ComparedRun:
    """A run as it stands; it is read, and no more: that opens no sealed item.

    Args:
        name: what it is called beside the others.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
    """
    with Ledger(Path(run_dir)) as ledger:
        names = Names()
        for event in ledger.events():
            names.take(event)
        noted = _Noted(names.digests.get("winner"))
        for record in ledger.records(with_scores=True):
            noted.take(record)
    began = noted.began
    return ComparedRun(
        name,
        began.facts.get("recipe") or {},
        noted.winner,
        SplitScores(**{split: fitness for split, (_, fitness) in noted.fitness.items()}),
        noted.scores,
        {(task, item): (split, prompt) for task, item, _, split, prompt in began.items},
        began.yardstick,
        noted.ranges,
        noted.historian.history(),
        noted.ended,
    )
