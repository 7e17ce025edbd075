"""The winner among the finalists, by validation; and how much their search scores had flattered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from evomerge.errors import EvomergeError
from evomerge.ledger import (
    Flag,
    Front,
    Model,
    Named,
    RankedFinalist,
    Split,
    Trial,
    WinnerChosen,
)
from evomerge.run.auditing.auditor import Auditor
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.flags import audit_flags
from evomerge.run.promotion.front import Aims
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.mean_scores import mean_scores
from evomerge.score.proof.statistics import compare
from evomerge.search.dominance import Goals
from evomerge.search.order import merit
from evomerge.workers.protocol import Workers


@dataclass(frozen=True)
class Finalist:
    """An elite, or the search distribution's mean, scored on all search and validation items."""

    offspring: Offspring
    search: Trial
    validation: Trial
    flags: Sequence[Flag] = ()
    """What looks like an artefact in how it answered the validation items."""
    goals: Goals = ()
    """What it scored at each goal on the validation items, where the search was for several."""

    @property
    def ranked(self) -> RankedFinalist:
        """Its scores, to be recorded."""
        search, validation = self.search.fitness, self.validation.fitness
        assert search is not None
        assert validation is not None
        return RankedFinalist(
            self.offspring.digest,
            search,
            validation,
            self.validation.violation,
            tuple(self.flags),
            self.goals,
        )


@dataclass(frozen=True)
class Selection:
    """The finalists, best first by validation; the winner before all."""

    finalists: Sequence[Finalist]
    drift: float
    """By how much the validation items are harder than the search items: the mean fall of the
    models that were not searched for."""
    curse_error: float
    """Standard error of `curse`, over items like these."""
    front: Front | None = None
    """Where the search was for several goals."""

    @property
    def winner(self) -> Offspring:
        """The best one, or the one that the recipe's rule chooses of the front."""
        return self.finalists[0].offspring

    @property
    def curse(self) -> float:
        """The winner's curse, estimated: how much more than `drift` the finalists' scores fell.

        Best of many on the search items is in part the luckiest of many; on the validation items
        luck is drawn anew.
        """
        falls = [_fall(finalist.search, finalist.validation) for finalist in self.finalists]
        return sum(falls) / len(falls) - self.drift

    def chosen(self, against: Mapping[Model, Offspring]) -> WinnerChosen:
        """The record of it.

        Args:
            against: what the winner is to be compared with.
        """
        return WinnerChosen(
            self.winner.digest,
            tuple(Named(model, offspring.digest) for model, offspring in against.items()),
            self.curse,
            self.curse_error,
            self.drift,
            tuple(finalist.ranked for finalist in self.finalists),
            self.front,
        )


def select(
    evaluations: Evaluations,
    prepared: Prepared,
    finalists: Sequence[Offspring],
    baselines: Mapping[Model, Offspring],
    workers: Workers,
    auditor: Auditor | None = None,
) -> Selection:
    """Score the finalists on all search and validation items, and order them.

    Search scores choose nobody: the best of many equally good candidates looks better than it is.
    Of equals the first comes first. The recipe may say that the knee of a front is to win.

    Args:
        baselines: parents and uniform merge, scored on both splits already.
        auditor: of the recipe's constitution: who breaks it comes behind who does not.

    Raises:
        EvomergeError: no finalist could be scored.
    """
    scored = _held_to_it(_scored(evaluations, finalists, workers), auditor, workers)
    _require_any(scored, evaluations)
    unsearched = _scored(evaluations, [*baselines.values()], workers)
    aims = Aims(prepared, [one.validation for one in unsearched])
    looked_at = partial(audit_flags, prepared.benchmark, evaluations)
    scored = [
        replace(
            finalist,
            flags=looked_at(finalist.offspring, baselines, Split.VALIDATION),
            goals=aims.scores(finalist.validation),
        )
        for finalist in scored
    ]
    ordered = sorted(scored, key=lambda finalist: merit(finalist.validation), reverse=True)
    front = aims.front([finalist.ranked for finalist in ordered])
    if front is not None and front.rule == "knee":
        ordered.sort(key=lambda finalist: finalist.offspring.digest != front.knee)
    drift = sum(_fall(one.search, one.validation) for one in unsearched) / len(unsearched)
    error = _curse_error(prepared.benchmark, scored, unsearched)
    return Selection(ordered, drift, error, front)


def _require_any(scored: Sequence[Finalist], evaluations: Evaluations) -> None:
    if not scored:
        why = "; ".join(sorted(evaluations.failures)[:3]) or "the budget ended before the first one"
        raise EvomergeError(f"no recipe could be scored: {why}")


def _held_to_it(
    finalists: list[Finalist], auditor: Auditor | None, workers: Workers
) -> list[Finalist]:
    """Finalists whose violations of the constitution count like those of floors."""
    if auditor is None:
        return finalists
    found = []
    for one in finalists:
        violation = one.validation.violation + auditor.excess(one.offspring, workers)
        found.append(replace(one, validation=replace(one.validation, violation=violation)))
    return found


def _scored(
    evaluations: Evaluations, offspring: Sequence[Offspring], workers: Workers
) -> list[Finalist]:
    search = evaluations.score(offspring, Split.SEARCH, workers)
    sound = [
        each for each, trial in zip(offspring, search, strict=True) if trial.fitness is not None
    ]
    validation = evaluations.score(sound, Split.VALIDATION, workers)
    by_digest = {trial.digest: trial for trial in search}
    return [
        Finalist(each, by_digest[each.digest], trial)
        for each, trial in zip(sound, validation, strict=True)
        if trial.fitness is not None
    ]


def _curse_error(
    benchmark: Benchmark, searched: Sequence[Finalist], unsearched: Sequence[Finalist]
) -> float:
    """The curse is a difference of differences: of the finalists' mean from that of the models that
    were not searched for, on the search items and on the validation items. The two are other
    items, so their errors add up.
    """
    errors = [
        compare(
            mean_scores([getattr(one, split).scores for one in searched]),
            mean_scores([getattr(one, split).scores for one in unsearched]),
            benchmark.aggregate,
            units=benchmark.units,
        ).error
        for split in ("search", "validation")
    ]
    return math.hypot(*errors)


def _fall(search: Trial, validation: Trial) -> float:
    return (search.fitness or 0.0) - (validation.fitness or 0.0)
