"""What is known of a run that goes on, from the records that it makes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.table import Table

from evomerge.cli.pace import Pace
from evomerge.ledger import Event, Part, State, Trial
from evomerge.recipe.names import short_names
from evomerge.run.ending import CYCLE_ENDED, RANDOM
from evomerge.run.extension import EXTENDED
from evomerge.search.order import merit

SPLITS = ("search", "validation", "test")
UNIFORM = "uniform"


@dataclass
class Standing:
    """What is known of a run from all that it has recorded, and how fast this session goes on."""

    names: dict[str, str] = field(default_factory=dict)
    """Names of parents and of the uniform merge by digest."""
    scores: dict[tuple[str, str], float] = field(default_factory=dict)
    """Fitness by digest and split."""
    asked: set[str] = field(default_factory=set)
    """Parents that were asked the search items."""
    candidates: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    limits: dict[str, float] = field(default_factory=dict)
    """The budget."""
    items: dict[str, int] = field(default_factory=dict)
    """How many each split has."""
    tokens: int = 0
    """Read and written for search items."""
    generation: int = 0
    best: Trial | None = None
    winner: str | None = None
    phase: str = "checking"
    is_live: bool = False
    """Whether what is taken happens now; what an earlier session recorded comes before."""
    opened: float = field(default_factory=time.time)
    """When this began to watch, in seconds since 1970."""
    pace: Pace = field(default_factory=Pace)

    def take(self, what: Trial | Part | Event) -> None:
        """Bring up to date."""
        if isinstance(what, Event):
            self._take_event(what)
        elif isinstance(what, Part):
            self._take_part(what)
        elif what.place is None or what.place.cycle != RANDOM:
            self._take_trial(what)

    def _take_part(self, part: Part) -> None:
        if part.split != "search":
            self._enter(f"scoring {part.split} items")
            return
        self.tokens += part.cost.tokens
        if part.digest in self.names:
            self.asked.add(part.digest)
        elif self.phase == "scoring parents":
            self._enter("searching")

    def _take_trial(self, trial: Trial) -> None:
        if trial.fitness is not None:
            self.scores[trial.digest, trial.split] = trial.fitness
        if trial.place is None or trial.state is State.CANCELLED:
            return
        self.candidates.add(trial.digest)
        self.generation = max(self.generation, trial.place.generation)
        if trial.state is State.FAILED:
            self.failed.add(trial.digest)
        if trial.state is State.SCORED and trial.fitness is not None:
            best = self.best
            if best is None or best.digest == trial.digest or merit(trial) > merit(best):
                self.best = trial

    def _take_event(self, event: Event) -> None:
        if event.kind == "baselines":
            short = short_names(event.data)
            self.names = {digest: short[name] for name, digest in event.data.items()}
        elif event.kind == "session":
            self.is_live = event.time >= self.opened
            self._limit(event.data.get("budget", {}))
            self.items = dict(event.data.get("items", {}))
            self._enter("scoring parents")
        elif event.kind == EXTENDED:
            self._limit(event.data["budget"])
            self.winner = None
        elif event.kind == CYCLE_ENDED:
            self._enter("scoring the best on all search items")
        elif event.kind == "winner":
            self.winner = event.data["digest"]
        elif event.kind == "test_opened":
            self._enter("test items opened")
        elif event.kind == "finished":
            self._enter("finished")

    def _limit(self, budget: Mapping[str, float | None]) -> None:
        self.limits = {name: limit for name, limit in budget.items() if limit}

    def _enter(self, phase: str) -> None:
        if phase != self.phase:
            self.phase = phase
            self.pace.begin(self.share)

    @property
    def share(self) -> float:
        """How much is done: of the parents while they are scored, and then of the budget."""
        if self.phase == "scoring parents":
            return len(self.asked) / max(1, len(self.names))
        spent = {
            "evaluations": len(self.candidates),
            "minutes": (time.time() - self.opened) / 60,
            "tokens": self.tokens,
        }
        return max((spent[name] / limit for name, limit in self.limits.items()), default=0.0)

    @property
    def line(self) -> str:
        """All of it in a line."""
        return f"[{time.time() - self.opened:6.1f} s] {self.phase}: {', '.join(self._parts())}"

    def _parts(self) -> list[str]:
        parts = [f"{len(self.asked)} of {len(self.names)} parents"]
        if self.phase != "scoring parents":
            limit = self.limits.get("evaluations")
            of = f" of {limit:g}" if limit else ""
            failed = f" ({len(self.failed)} failed)" if self.failed else ""
            parts = [
                f"generation {self.generation}",
                f"{len(self.candidates)}{of} candidates{failed}",
            ]
        if self.best is not None and self.best.fitness is not None:
            of = f" of {self.items['search']}" if "search" in self.items else ""
            parts.append(f"best {self.best.fitness:.3f} on {self.best.items}{of} search items")
        parents = [
            self.scores[digest, "search"]
            for digest, name in self.names.items()
            if name != UNIFORM and (digest, "search") in self.scores
        ]
        parts += [f"best parent {max(parents):.3f}"] if parents else []
        if self.phase in ("scoring parents", "searching"):
            parts.append(self.pace.left(self.share))
        return [part for part in parts if part]

    def table(self) -> Table:
        """Parents, the uniform merge, and the best candidate, by split."""
        table = Table("model", *SPLITS, box=None, pad_edge=False)
        rows = dict(self.names)
        leader = self.winner or (self.best.digest if self.best else None)
        if leader is not None:
            what = "winner" if self.winner else "best candidate"
            rows[leader] = f"{rows[leader]}, {what}" if leader in rows else what
        for digest, name in rows.items():
            known = (self.scores.get((digest, split)) for split in SPLITS)
            table.add_row(name, *("" if s is None else f"{s:.3f}" for s in known))
        return table
