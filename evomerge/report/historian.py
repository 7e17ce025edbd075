"""Records made into a history, one after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from evomerge.errors import UserError
from evomerge.ledger import (
    AdapterTrained,
    Asked,
    Cost,
    ItemsMade,
    Part,
    PartAhead,
    Place,
    Record,
    RunBegan,
    Split,
    Told,
    TrainingFailed,
    Trial,
)
from evomerge.recipe import Genome, recipe_from
from evomerge.report.history import PastCandidate, PastInterlude, PastPart, RunHistory


class Historian:
    """Remembers each candidate and each part; of item scores only how many there were."""

    def __init__(self) -> None:
        self._genes: tuple[str, ...] = ()
        self._candidates: list[PastCandidate] = []
        self._number: dict[Place, int] = {}
        """Of the candidate that was asked for at a place."""
        self._parts: list[PastPart] = []
        self._ahead: Counter[tuple[str, str, Cost]] = Counter()
        """Parts that idle workers brought, and that the run has not asked for yet."""
        self._interludes: list[PastInterlude] = []

    def take(self, record: Record) -> None:
        """Bring up to date.

        Args:
            record: a part with its scores.
        """
        what = record.what
        if isinstance(what, RunBegan):
            self._genes = _genes(what)
        elif isinstance(what, Asked):
            self._ask(what, record.active_s)
        elif isinstance(what, Trial):
            self._score(what)
        elif isinstance(what, Told):
            self._tell(what, record.active_s)
        elif isinstance(what, ItemsMade):
            self._interludes.append(PastInterlude("writing items", record.active_s, what.seconds))
        elif isinstance(what, AdapterTrained | TrainingFailed):
            self._interludes.append(PastInterlude("training", record.active_s, what.cost.wall_s))
        elif isinstance(what, PartAhead):
            self._ahead[_key(what.part)] += 1
            self._parts.append(_past(what.part, record.active_s))
        elif isinstance(what, Part):
            if self._ahead[_key(what)]:  # recorded once more, as it has been asked for
                self._ahead[_key(what)] -= 1
            else:
                self._parts.append(_past(what, record.active_s))

    def history(self) -> RunHistory:
        """All that happened so far."""
        return RunHistory(
            self._genes, tuple(self._candidates), tuple(self._parts), tuple(self._interludes)
        )

    def _ask(self, asked: Asked, active_s: float) -> None:
        if asked.candidate < len(self._candidates):
            return  # asked for again by a session that goes on
        self._number[asked.place] = asked.candidate
        self._candidates.append(
            PastCandidate(
                asked.candidate,
                asked.place,
                asked.genome,
                asked.digest,
                asked.operator,
                asked.origins,
                active_s,
            )
        )

    def _score(self, trial: Trial) -> None:
        if trial.split != Split.SEARCH or trial.place not in self._number:
            return
        number = self._number[trial.place]
        before = self._candidates[number]
        if trial.items >= before.items:
            self._candidates[number] = replace(
                before,
                state=trial.state,
                reason=trial.reason,
                fitness=trial.fitness,
                violation=trial.violation,
                items=trial.items,
                error=before.error if trial.items == before.items else None,
            )

    def _tell(self, told: Told, active_s: float) -> None:
        if told.candidate >= len(self._candidates):
            return
        before = self._candidates[told.candidate]
        error = told.objectives[0].error if len(told.objectives) == 1 else None
        self._candidates[told.candidate] = replace(
            before,
            told_s=active_s if before.told_s is None else before.told_s,
            state=before.state or told.state,
            reason=before.reason or told.reason,
            error=error,
        )


def _key(part: Part) -> tuple[str, str, Cost]:
    return part.digest, part.split, part.cost


def _past(part: Part, active_s: float) -> PastPart:
    return PastPart(
        active_s,
        part.digest,
        part.split,
        part.state,
        part.reason,
        part.worker,
        part.cost,
        len(part.scores),
    )


def _genes(began: RunBegan) -> tuple[str, ...]:
    """The names of the coordinates; none where the recipe is of a version that had others."""
    recipe = began.facts.get("recipe")
    try:
        return Genome(recipe_from(dict(recipe))).names if recipe else ()
    except UserError:
        return ()
