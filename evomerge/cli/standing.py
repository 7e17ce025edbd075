"""How a run stands that goes on: its view, and how fast it gets on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from rich.table import Table

from evomerge.cli.console import plain_table
from evomerge.cli.pace import Pace
from evomerge.ledger import Split, State
from evomerge.report.phase import Phase
from evomerge.report.reading import read
from evomerge.report.view import SplitScores, View

MEASURED = Phase.PARENTS, Phase.SEARCH, Phase.TRAINING
"""Phases of which it is known how much there is to do."""


class Standing:
    """The newest view of a run, and how fast it gets on.

    Args:
        clock: seconds by a clock that no one sets.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.view = read(())
        self._clock = clock
        self._active_s, self._taken_s = 0.0, clock()
        self._pace = Pace(clock)

    def take(self, view: View) -> None:
        """Bring up to date."""
        changed = not self.has_begun or view.phase is not self.view.phase
        # A training that is gone on with says how far it was by its first steps.
        changed |= view.training is not None and not (self.view.training or view.training).done
        # A record is read somewhat later than it was made, and no clock goes back.
        self._active_s = max(view.active_s, self._now_s if self.has_begun else 0.0)
        self.view, self._taken_s = view, self._clock()
        if changed:
            self._pace.begin(self.share)

    @property
    def has_begun(self) -> bool:
        """Whether anything is known of the run."""
        return self.view.revision.record > 0

    @property
    def is_measured(self) -> bool:
        """Whether it is known how much of the phase is done."""
        return bool(self.view.models) and self.view.phase in MEASURED

    @property
    def share(self) -> float:
        """How much is done: of the parents while they are scored, of a training, and else of the
        scarcest limit of the budget. From 0 to 1, or more where a limit is passed.
        """
        view = self.view
        if view.phase is Phase.PARENTS:
            return asked(view) / max(1, len(view.models))
        if view.training is not None:
            return view.training.share
        return max((spent / limit for spent, limit in _limits(view).values()), default=0.0)

    @property
    def clock(self) -> str:
        """Seconds that the run has been active: up to its last record, and since that was read."""
        return f"[{self._now_s:6.1f} s]"

    @property
    def _now_s(self) -> float:
        return self._active_s + self._clock() - self._taken_s

    @property
    def line(self) -> str:
        """All of it in a line."""
        parts = [*self.where, *self.done, *self.scores, *self.speed]
        return f"{self.clock} {self.view.phase}: {', '.join(parts)}"

    @property
    def where(self) -> list[str]:
        """Where the search is."""
        is_early = self.view.phase in (Phase.CHECKING, Phase.PARENTS)
        return [] if is_early else [f"generation {self.view.generation or 0}"]

    @property
    def done(self) -> list[str]:
        """How much is done of how much."""
        view = self.view
        if view.phase is Phase.PARENTS:
            return [f"{asked(view)} of {len(view.models)} parents"]
        if view.training is not None:
            return [f"{view.training.done:,} of {view.training.began.steps:,} steps"]
        return [_candidates(view), *(_scarcest(view) if self.is_measured else [])]

    @property
    def scores(self) -> list[str]:
        """How good the best candidate is, and the best parent."""
        view, parts = self.view, []
        if view.best is not None and view.best.fitness is not None:
            of = f" of {view.items[Split.SEARCH]}" if Split.SEARCH in view.items else ""
            parts = [f"best {view.best.fitness:.3f} on {view.best.items}{of} search items"]
        parents = [p.scores.search for p in view.parents if p.scores.search is not None]
        return [*parts, *([f"best parent {max(parents):.3f}"] if parents else [])]

    @property
    def speed(self) -> list[str]:
        """How fast it gets on, and how long the rest of the phase takes."""
        rate = None if self.view.training is not None else self.view.items_per_s
        fast = [] if rate is None else [f"{_figure(rate)} items/s"]
        return [*fast, *filter(None, [self.left])] if self.is_measured else []

    @property
    def left(self) -> str:
        """About how long it takes to the end of the phase; "" where that is not known."""
        return self._pace.left(self.share)


def asked(view: View) -> int:
    """How many of the parents, and of their uniform merge, were asked the search items."""
    return sum(model.was_asked for model in view.models)


def scores_table(view: View) -> Table:
    """Parents, the uniform merge, and the winner or the best candidate, by split."""
    rows = {model.digest: (model.name, model.scores) for model in view.models}
    if view.leader is not None and view.leader_digest is not None:
        what = "winner" if view.winner else "best candidate"
        if view.leader_digest in rows:
            what = f"{rows[view.leader_digest][0]}, {what}"
        rows[view.leader_digest] = what, view.leader
    return table_of_splits(rows.values())


def table_of_splits(rows: Iterable[tuple[str, SplitScores]]) -> Table:
    """Scores of models by split. In a narrow terminal names are broken, and no number is."""
    table = plain_table("model")
    for split in Split:
        table.add_column(split, no_wrap=True)
    for name, scores in rows:
        table.add_row(name, *("" if score is None else f"{score:.3f}" for score in scores.each))
    return table


def _limits(view: View) -> dict[str, tuple[float, float]]:
    """What is spent and the limit, of each part of the budget that has one."""
    spent = {
        "evaluations": float(view.evaluations),
        "minutes": view.searched_s / 60,
        "tokens": float(view.searched_tokens),
    }
    limits = {} if view.budget is None else view.budget.model_dump(exclude_none=True)
    return {name: (spent[name], float(limit)) for name, limit in limits.items()}


def _scarcest(view: View) -> list[str]:
    """What is spent of the limit that will be reached first, unless it is of the candidates."""
    limits = _limits(view)
    name = max(limits, key=lambda name: limits[name][0] / limits[name][1], default="evaluations")
    if name == "evaluations":
        return []
    spent, limit = limits[name]
    return [f"{_figure(spent)} of {_figure(limit)} {name}"]


def _candidates(view: View) -> str:
    """How many candidates were scored."""
    limit = None if view.budget is None else view.budget.evaluations
    of = f" of {limit:g}" if limit else ""
    failures = view.trials.get(State.FAILED, 0)
    failed = f" ({failures} failed)" if failures else ""
    return f"{view.evaluations}{of} candidates{failed}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.1f}"
