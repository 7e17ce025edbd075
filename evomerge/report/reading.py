"""Records made into a view, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from evomerge.approval.passage import Passages
from evomerge.ledger import (
    BaselinesNamed,
    BudgetRaised,
    Cautioned,
    Fact,
    FinalistTested,
    Finished,
    Model,
    Part,
    RailDecided,
    RailOverridden,
    Record,
    RunBegan,
    RunFailed,
    RunStopped,
    SessionBegan,
    Split,
    Trial,
    WinnerExplained,
    WinnerLetOut,
    WinnerSigned,
)
from evomerge.recipe import Budget
from evomerge.recipe.names import short_names
from evomerge.report.audits import Audits
from evomerge.report.candidates import Candidates
from evomerge.report.first_scores import FirstScores
from evomerge.report.halts import ViewedHalt, overridden
from evomerge.report.made import MadeItems
from evomerge.report.names import Names
from evomerge.report.permitted import permitted
from evomerge.report.phase import Phase, phase_after
from evomerge.report.proofs import Proofs
from evomerge.report.spending import Spending
from evomerge.report.throughput import Throughput
from evomerge.report.trainings import AnyTraining, TrainingUnderWay, after, under_way
from evomerge.report.view import Revision, RunState, SplitScores, View, ViewedModel
from evomerge.report.watched import Watches
from evomerge.report.worker_time import WorkerTimes

_ENDS: Mapping[type[Any], RunState] = {
    SessionBegan: RunState.STOPPED,
    BudgetRaised: RunState.STOPPED,
    RunStopped: RunState.STOPPED,
    RunFailed: RunState.FAILED,
    Finished: RunState.FINISHED,
    FinalistTested: RunState.FINISHED,
    WinnerExplained: RunState.FINISHED,
    WinnerSigned: RunState.FINISHED,
    WinnerLetOut: RunState.FINISHED,
}
"""How a run stands after a record, if no process goes on with it."""


class Reading:
    """What is known of a run, record by record. It takes no more memory than candidates need."""

    def __init__(self) -> None:
        self._record, self._active_s, self._outside_s = 0, 0.0, 0.0
        self._state, self._phase, self._why = RunState.STOPPED, Phase.CHECKING, ""
        self._recipe: Mapping[str, Any] | None = None
        self._budget: Budget | None = None
        self._items: Mapping[str, int] = {}
        self._models: dict[str, Model] = {}
        """The parents and their uniform merge, by digest."""
        self._names: Mapping[str, str] = {}
        self._first: dict[str, FirstScores] = {}
        """Of the models, by digest."""
        self._scores: dict[tuple[str, str], tuple[int, float]] = {}
        """On how many items, and fitness, by digest and split."""
        self._options: Mapping[str, Any] = {}
        self._allow_judges: tuple[str, ...] = ()
        self._cautions: tuple[str, ...] = ()
        self._halts: tuple[ViewedHalt, ...] = ()
        self._candidates, self._spending, self._workers = Candidates(), Spending(), WorkerTimes()
        self._throughput, self._made = Throughput(), MadeItems()
        self._training: TrainingUnderWay | None = None
        self._trainings: tuple[AnyTraining, ...] = ()
        self._audits = Audits()
        self._proofs, self._digests = Proofs(self._candidates), Names()
        self._passages, self._watches = Passages(), Watches()
        self._view: View | None = None

    def take(self, record: Record) -> None:
        """Bring up to date."""
        what, self._view = record.what, None
        self._record, self._active_s = record.number, record.active_s
        self._state = _ENDS.get(type(what), self._state)
        self._spending.take(what)
        self._workers.take(record)
        self._throughput.take(record)
        self._trainings = after(self._trainings, what)
        self._training = under_way(self._training, what)
        self._audits.take(what)
        self._watches.take(what)
        if isinstance(what, Trial):
            self._take_trial(what)
        elif isinstance(what, Part):
            if what.split == Split.SEARCH and what.digest in self._models:
                self._first.setdefault(what.digest, FirstScores.of(what))
        else:
            self._take_event(what)
        self._proofs.take(what)
        self._digests.take(what)
        self._made.take(what)
        self._passages.take(what)
        if not isinstance(what, Trial):
            self._phase = phase_after(self._phase, what, self._models)

    def view(self, *, is_running: bool) -> View:
        """All that is known so far.

        Args:
            is_running: whether a process goes on with the run.
        """
        if self._view is None or self._view.revision.is_running != is_running:
            viewed = self._viewed(Revision(self._record, is_running))
            self._view = replace(
                viewed,
                quarantined=self._passages.quarantined,
                training=self._training,
                watch=self._watches.viewed,
            )
        return self._view

    def _take_trial(self, trial: Trial) -> None:
        self._candidates.take(trial)
        key = trial.digest, trial.split
        if trial.fitness is not None and trial.items >= self._scores.get(key, (0, 0.0))[0]:
            self._scores[key] = trial.items, trial.fitness

    def _take_event(self, event: Fact) -> None:
        if isinstance(event, RunBegan):
            self._recipe = event.facts.get("recipe")
            self._options = event.facts.get("options") or {}
            if self._recipe is not None:
                self._budget = Budget.model_validate(self._recipe["evolve"]["budget"])
        elif isinstance(event, RunStopped | RunFailed):
            self._why = event.reason
        elif isinstance(event, SessionBegan):
            self._why = ""
            self._raise(event.budget)
            self._items = event.items or self._items
            self._allow_judges += event.allow_judges
        elif isinstance(event, BudgetRaised):
            self._raise(event.budget)
            self._outside_s = event.outside_s
        elif isinstance(event, BaselinesNamed) and not self._models:
            self._models = {named.digest: named.model for named in event.models}
            short = short_names(model.label for model in self._models.values())
            self._names = {digest: short[one.label] for digest, one in self._models.items()}
        elif isinstance(event, Cautioned):
            self._cautions += event.cautions
        elif isinstance(event, RailDecided):
            self._halts += (ViewedHalt.of(event),)
        elif isinstance(event, RailOverridden):
            self._halts = overridden(self._halts, event)

    def _raise(self, limits: Mapping[str, float | None]) -> None:
        if limits:
            self._budget = Budget.model_validate(limits)

    @property
    def _leader(self) -> SplitScores | None:
        best = self._candidates.best
        leader = self._proofs.winner or (best.digest if best else None)
        return None if leader is None else self._scores_of(leader)

    def _viewed(self, revision: Revision) -> View:
        return View(
            revision=revision,
            state=RunState.RUNNING if revision.is_running else self._state,
            why="" if any(halt.holds for halt in self._halts) else self._why,
            phase=self._phase,
            active_s=self._active_s,
            recipe=self._recipe,
            budget=self._budget,
            searched_s=self._active_s - self._outside_s,
            searched_tokens=self._spending.searched_tokens,
            items=self._made.counted_with(self._items),
            models=self._viewed_models(),
            digests=self._digests.digests,
            generation=self._candidates.generation,
            cycle=self._candidates.cycle,
            trials={**self._candidates.counts},
            best=self._candidates.best,
            winner=self._proofs.winner,
            leader=self._leader,
            finalists=self._proofs.finalists,
            choice=self._proofs.choice,
            endings=self._proofs.endings,
            judged=self._proofs.judged,
            trainings=self._trainings,
            openings=self._proofs.openings,
            opening=self._proofs.opening,
            release=self._proofs.release,
            promoted_again=self._proofs.promoted_again,
            earlier=self._proofs.earlier,
            passages=self._passages.all(),
            spending=self._spending.costs,
            workers=self._workers.spent,
            items_per_s=self._throughput.items_per_s,
            made=self._made.viewed,
            permissions=permitted(self._recipe or {}, self._options, self._allow_judges),
            cautions=self._cautions,
            halts=self._halts,
            constitution=self._audits.viewed,
        )

    def _viewed_models(self) -> tuple[ViewedModel, ...]:
        return tuple(
            ViewedModel(
                model,
                self._names[digest],
                digest,
                self._scores_of(digest),
                self._first.get(digest),
            )
            for digest, model in self._models.items()
        )

    def _scores_of(self, digest: str) -> SplitScores:
        known = {split: self._scores.get((digest, split.value)) for split in Split}
        return SplitScores(**{split.value: kept and kept[1] for split, kept in known.items()})


def read(records: Iterable[Record]) -> View:
    """All that records tell of a run that goes on."""
    reading = Reading()
    for record in records:
        reading.take(record)
    return reading.view(is_running=True)
