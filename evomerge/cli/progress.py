"""How a run is going, on stderr: a live table in a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from evomerge.ledger import Event, Part, Place, State, Trial, Watcher
from evomerge.recipe.names import short_names

SPLITS = ("search", "validation", "test")


@dataclass
class Standing:
    """What is known of a run from what it has recorded in this session."""

    names: dict[str, str] = field(default_factory=dict)
    """Names of parents and of the uniform merge by digest."""
    scores: dict[tuple[str, str], float] = field(default_factory=dict)
    """Fitness by digest and split."""
    candidates: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    items: int = 0
    """Scored so far, over all models and splits."""
    generation: int = 0
    best: str | None = None
    merit: tuple[float, float] = (0.0, 0.0)
    winner: str | None = None
    phase: str = "checking"
    began: float = field(default_factory=time.monotonic)
    cautions: list[str] = field(default_factory=list)
    """What the user is warned of."""

    def take(self, what: Trial | Part | Event) -> None:
        """Bring up to date."""
        if isinstance(what, Event):
            self._take_event(what)
            return
        self.phase = "searching" if what.split == "search" else f"scoring {what.split} items"
        if isinstance(what, Part):
            self.items += len(what.scores)
            return
        if what.fitness is not None:
            self.scores[what.digest, what.split] = what.fitness
        if what.place is not None and what.state is not State.CANCELLED:
            self._take_candidate(what, what.place)

    def _take_candidate(self, trial: Trial, place: Place) -> None:
        self.candidates.add(trial.digest)
        self.generation = max(self.generation, place.generation)
        if trial.state is State.FAILED:
            self.failed.add(trial.digest)
        if trial.state is State.SCORED and trial.fitness is not None:
            merit = (-trial.violation, trial.fitness)
            if self.best is None or self.best == trial.digest or merit > self.merit:
                self.best, self.merit = trial.digest, merit

    def _take_event(self, event: Event) -> None:
        if event.kind == "baselines":
            short = short_names(event.data)
            self.names = {digest: short[name] for name, digest in event.data.items()}
        elif event.kind == "winner":
            self.winner = event.data["digest"]
        elif event.kind == "test_opened":
            self.phase = "test items opened"
        elif event.kind == "cautions":
            self.cautions += [f"caution: {caution}" for caution in event.data["cautions"]]
        elif event.kind == "finished":
            self.phase = "finished"

    @property
    def line(self) -> str:
        """All of it in a line."""
        line = (
            f"[{time.monotonic() - self.began:6.1f} s] {self.phase}: generation {self.generation}, "
            f"{len(self.candidates)} candidates ({len(self.failed)} failed), "
            f"{self.items} items scored"
        )
        parents = [
            self.scores[digest, "search"]
            for digest, name in self.names.items()
            if name != "uniform" and (digest, "search") in self.scores
        ]
        if self.best is not None:
            line += f", best {self.scores[self.best, 'search']:.3f}"
        return line + (f", best parent {max(parents):.3f}" if parents else "")

    def table(self) -> Table:
        """Parents, the uniform merge, and the best candidate, by split."""
        table = Table("model", *SPLITS, box=None, pad_edge=False)
        rows = dict(self.names)
        leader = self.winner or self.best
        if leader is not None:
            rows[leader] = "winner" if self.winner else "best candidate"
        for digest, name in rows.items():
            known = (self.scores.get((digest, split)) for split in SPLITS)
            table.add_row(name, *("" if s is None else f"{s:.3f}" for s in known))
        return table


@contextlib.contextmanager
def watching(first: str) -> Iterator[Watcher]:
    """A watcher that shows a run until it ends.

    Args:
        first: what is done before the run records anything.
    """
    standing = Standing()
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        print(f"{first} …", file=sys.stderr, flush=True)
        yield _Plain(standing)
        return

    def view() -> Group:
        line = Text(standing.line if standing.names else f"{first} …")
        return Group(line, standing.table(), *map(Text, standing.cautions))

    with Live(console=console, get_renderable=view, refresh_per_second=4):
        yield standing.take


class _Plain:
    """A line whenever a generation or a phase ends."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def __call__(self, what: Trial | Part | Event) -> None:
        before = (self._standing.generation, self._standing.phase)
        line = self._standing.line if self._standing.candidates else None
        known = len(self._standing.cautions)
        self._standing.take(what)
        for caution in self._standing.cautions[known:]:
            print(caution, file=sys.stderr, flush=True)
        if line and before != (self._standing.generation, self._standing.phase):
            print(line, file=sys.stderr, flush=True)
