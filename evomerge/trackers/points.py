"""Records made into the points that trackers are told, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import fmean

from evomerge.ledger import CycleEnded, Finished, Record, Split, State, Trial, WinnerChosen
from evomerge.redaction import without_secrets
from evomerge.report.reading import Reading
from evomerge.report.verdict import AnyVerdict, Verdict
from evomerge.report.view import View
from evomerge.trackers.tracker import TrackedEnd, TrackedPoint

LONGEST = 64
"""Characters of a model's name in the name of a number."""


class Points:
    """What trackers are told is a function of the records: of a resumed run it is the same."""

    def __init__(self) -> None:
        self._reading = Reading()
        self._fitness: dict[str, float] = {}
        """Of the candidates since the last point, by digest; of each as it stands."""
        self._place: tuple[int, int] = (0, 0)
        """The last cycle, and the last generation in it, of which a candidate has ended."""
        self._step, self._time = 0, 0.0

    def take(self, record: Record) -> Iterator[TrackedPoint]:
        """Bring up to date; the points that the record is worth."""
        what = record.what
        is_searched = isinstance(what, Trial) and _is_searched(what)
        if isinstance(what, Trial) and is_searched and what.place is not None:
            place = (what.place.cycle, what.place.generation)
            if place > self._place:
                yield from self._end_generation()
                self._place = place
        self._reading.take(record)
        self._time = record.time
        if isinstance(what, Trial) and is_searched and what.fitness is not None:
            self._fitness[what.digest] = what.fitness
        elif isinstance(what, CycleEnded) and what.cycle >= 0:
            yield from self._end_generation()
        elif isinstance(what, WinnerChosen | Finished):
            yield self._point({})

    @property
    def end(self) -> TrackedEnd:
        """How the run stands if its process ends now."""
        view = self._reading.view(is_running=False)
        words = {} if view.release is None else _words(view.release.verdict)
        return TrackedEnd(view.state, words)

    def _end_generation(self) -> Iterator[TrackedPoint]:
        fitness = [*self._fitness.values()]
        self._fitness = {}
        if fitness:
            cycle, generation = self._place
            yield self._point(
                {
                    "search/cycle": cycle,
                    "search/generation": generation,
                    "search/generation_best": max(fitness),
                    "search/generation_mean": fmean(fitness),
                }
            )

    def _point(self, values: dict[str, float]) -> TrackedPoint:
        view = self._reading.view(is_running=True)
        point = TrackedPoint(self._step, self._time, {**values, **_values(view)})
        self._step += 1
        return point


def _is_searched(trial: Trial) -> bool:
    """Whether a search asked for it, and was told of it."""
    asked = trial.place is not None and trial.place.cycle >= 0
    return asked and trial.split == Split.SEARCH and trial.state is not State.CANCELLED


def _values(view: View) -> dict[str, float]:
    """The numbers of a run; what is not known is left out."""
    known = {
        "search/best": None if view.best is None else view.best.fitness,
        "validation/best": _best_validation(view),
        "evaluations": view.evaluations,
        "failed": view.trials.get(State.FAILED, 0),
        "tokens": view.cost.tokens,
        "active_s": view.active_s,
        **_of_models(view),
        **({} if view.release is None else _of_verdict(view.release.verdict)),
    }
    return {name: value for name, value in known.items() if value is not None}


def _best_validation(view: View) -> float | None:
    """Of the finalist that was chosen; until then of the cycles' best ones."""
    if view.choice.finalists:
        return view.choice.finalists[0].validation
    judged = [one.validation for one in view.judged if one.validation is not None]
    return max(judged, default=None)


def _of_models(view: View) -> dict[str, float | None]:
    """The parents' scores, and those of their uniform merge."""
    values: dict[str, float | None] = {}
    names: set[str] = set()
    for model in view.models:
        name = re.sub(r"[^\w-]+", "-", without_secrets(model.name))[-LONGEST:] or "model"
        name = _unlike(name, names)
        names.add(name)
        for split, score in zip(Split, model.scores.each, strict=True):
            values[f"models/{name}/{split}"] = score
    return values


def _unlike(name: str, others: set[str]) -> str:
    """A name that no other model has."""
    count, found = 1, name
    while found in others:
        count += 1
        found = f"{name}_{count}"
    return found


def _of_verdict(verdict: AnyVerdict) -> dict[str, float | None]:
    interval = verdict.interval if isinstance(verdict, Verdict) else None
    low, high = interval or (None, None)
    return {
        "verdict/winner": verdict.winner,
        "verdict/best_parent": verdict.best_parent,
        "verdict/difference": verdict.difference,
        "verdict/interval_low": low,
        "verdict/interval_high": high,
        "verdict/p_value": verdict.p_value,
    }


def _words(verdict: AnyVerdict) -> dict[str, str]:
    words = {"outcome": verdict.outcome, "best_parent": verdict.best}
    return {name: without_secrets(word) for name, word in words.items() if word is not None}
