"""How a run stands that goes on: its view, and how fast it gets on."""

from __future__ import annotations

import time

from rich.table import Table

from evomerge.cli.pace import Pace
from evomerge.ledger import Record, SessionBegan, Split, State
from evomerge.report.phase import Phase
from evomerge.report.reading import Reading
from evomerge.report.view import View


class Standing:
    """The view of a run as this process records it, and how fast it gets on."""

    def __init__(self) -> None:
        self._reading = Reading()
        self.is_live = False
        """Whether what is taken happens now; what an earlier session recorded comes before."""
        self.pace = Pace()
        self.opened = time.monotonic()
        """When this began to watch, by a clock that no one sets."""

    @property
    def view(self) -> View:
        """All that the run has recorded."""
        return self._reading.view(is_running=True)

    def take(self, record: Record) -> None:
        """Bring up to date."""
        phase = self.view.phase
        if isinstance(record.what, SessionBegan):
            self.is_live = record.is_live
        self._reading.take(record)
        if self.view.phase is not phase:
            self.pace.begin(self.share)

    @property
    def share(self) -> float:
        """How much is done: of the parents while they are scored, and then of the budget."""
        view = self.view
        if view.phase is Phase.PARENTS:
            return asked(view) / max(1, len(view.models))
        spent = {
            "evaluations": view.evaluations,
            "minutes": view.searched_s / 60,
            "tokens": view.searched_tokens,
        }
        limits = {} if view.budget is None else view.budget.model_dump(exclude_none=True)
        return max((spent[name] / limit for name, limit in limits.items()), default=0.0)

    @property
    def left(self) -> str:
        """About how long it takes to the end of the phase; "" where that is not known."""
        return self.pace.left(self.share)

    @property
    def line(self) -> str:
        """All of it in a line."""
        left = self.left if self.view.phase in (Phase.PARENTS, Phase.SEARCH) else ""
        parts = [*_counts(self.view), *_scores(self.view), *([left] if left else [])]
        return f"{self.clock} {self.view.phase}: {', '.join(parts)}"

    @property
    def clock(self) -> str:
        """Seconds since this began to watch."""
        return f"[{time.monotonic() - self.opened:6.1f} s]"


def asked(view: View) -> int:
    """How many of the parents, and of their uniform merge, were asked the search items."""
    return sum(model.was_asked for model in view.models)


def _counts(view: View) -> list[str]:
    """How many parents or candidates were scored."""
    if view.phase is Phase.PARENTS:
        return [f"{asked(view)} of {len(view.models)} parents"]
    limit = None if view.budget is None else view.budget.evaluations
    of = f" of {limit:g}" if limit else ""
    failures = view.trials.get(State.FAILED, 0)
    failed = f" ({failures} failed)" if failures else ""
    return [f"generation {view.generation or 0}", f"{view.evaluations}{of} candidates{failed}"]


def _scores(view: View) -> list[str]:
    """How good the best candidate is, and the best parent."""
    parts, best = [], view.best
    if best is not None and best.fitness is not None:
        of = f" of {view.items[Split.SEARCH]}" if Split.SEARCH in view.items else ""
        parts.append(f"best {best.fitness:.3f} on {best.items}{of} search items")
    parents = [p.scores.search for p in view.parents if p.scores.search is not None]
    return [*parts, *([f"best parent {max(parents):.3f}"] if parents else [])]


def scores_table(view: View) -> Table:
    """Parents, the uniform merge, and the winner or the best candidate, by split."""
    table = Table("model", *Split, box=None, pad_edge=False)
    rows = {model.digest: (model.name, model.scores) for model in view.models}
    if view.leader is not None and view.leader_digest is not None:
        what = "winner" if view.winner else "best candidate"
        if view.leader_digest in rows:
            what = f"{rows[view.leader_digest][0]}, {what}"
        rows[view.leader_digest] = what, view.leader
    for name, scores in rows.values():
        table.add_row(name, *("" if score is None else f"{score:.3f}" for score in scores.each))
    return table
