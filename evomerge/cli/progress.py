"""How a run is going, on stderr: a live table in a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from evomerge.cli.printable import printable
from evomerge.cli.standing import Standing
from evomerge.ledger import (
    BudgetRaised,
    Cautioned,
    CycleEnded,
    Fact,
    ItemScore,
    ItemsOpened,
    Part,
    Record,
    State,
    Watcher,
    WinnerChosen,
)
from evomerge.run.ending import describe_ending
from evomerge.run.extension import describe

TASKS_SHOWN = 6
"""Tasks whose means are told of each parent."""


@contextlib.contextmanager
def watching(first: str) -> Iterator[Watcher]:
    """A watcher that shows a run until it ends.

    Args:
        first: what is done before the run records anything.
    """
    story = Story()
    standing = story.standing
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        print(f"{first} …", file=sys.stderr, flush=True)

        def print_all(record: Record) -> None:
            for line in story.tell(record):
                print(line, file=sys.stderr, flush=True)

        yield print_all
        return

    def view() -> Group:
        head = standing.line if standing.names else f"{first} …"
        cautions = [Text(caution) for caution in story.cautions]
        return Group(Text(head), Text(story.latest), standing.table(), *cautions)

    def watch(record: Record) -> None:
        story.tell(record)

    with Live(console=console, get_renderable=view, refresh_per_second=4):
        yield watch


class Story:
    """A run told in lines: as each parent is scored, a generation or a phase ends."""

    def __init__(self) -> None:
        self.standing = Standing()
        self.latest = ""
        """What was told last of all that is no mere count."""
        self.cautions: list[str] = []
        """What the user is warned of, by this session and by those before."""

    def tell(self, record: Record) -> list[str]:
        """Take a record in; the lines that it is worth, none of those of an earlier session."""
        standing, what = self.standing, record.what
        before, line = (standing.generation, standing.phase), standing.line
        was_live, known = standing.is_live, {*standing.asked}
        standing.take(record)
        cautions = _cautions(what)
        self.cautions += cautions
        if not standing.is_live:
            return []
        if not was_live:
            return [standing.line] if standing.candidates else []
        lines = [line] if before != (standing.generation, standing.phase) else []
        lines = lines if standing.candidates or len(standing.asked) > len(known) else []
        lines += cautions
        news = self._news(what, known)
        if news:
            self.latest = printable(news)
            lines.append(f"[{time.monotonic() - standing.opened:6.1f} s] {self.latest}")
        return lines

    def _news(self, what: Fact, known: set[str]) -> str:
        """What is to be told of a record itself."""
        if isinstance(what, Part):
            new = what.split == "search" and what.digest in self.standing.names
            return self._of_parent(what) if new and what.digest not in known else ""
        if isinstance(what, CycleEnded):
            return describe_ending(what)
        if isinstance(what, BudgetRaised):
            return f"the budget is {describe(what.budget)} now"
        if isinstance(what, WinnerChosen):
            best, count = what.finalists[0], len(what.finalists)
            items = self.standing.items.get("validation", "")
            return f"winner of {count} finalists: {best.validation:.3f} on {items} validation items"
        if isinstance(what, ItemsOpened):
            return f"the sealed items are opened: opening {what.opening}"
        return ""

    def _of_parent(self, part: Part) -> str:
        standing = self.standing
        said = f"failed ({part.reason})"
        if part.state is State.SCORED:
            said = f"{describe_means(part.scores)} on {len(part.scores)} search items"
        left = standing.pace.left(standing.share)
        count = f"{len(standing.asked)} of {len(standing.names)}" + (f", {left}" if left else "")
        return f"{standing.names[part.digest]}: {said} ({count})"


def _cautions(what: Fact) -> list[str]:
    """What a record warns of."""
    if not isinstance(what, Cautioned):
        return []
    return [printable(f"caution: {caution}") for caution in what.cautions]


def describe_means(scores: Sequence[ItemScore]) -> str:
    """The mean score at each task, of the first few tasks."""
    by_task: dict[str, list[ItemScore]] = {}
    for score in scores:
        by_task.setdefault(score.task, []).append(score)
    means = [
        f"{task} {sum(s.weight * s.value for s in each) / weight:.3f}"
        for task, each in by_task.items()
        if (weight := sum(score.weight for score in each))
    ]
    more = len(means) - TASKS_SHOWN
    return ", ".join(means[:TASKS_SHOWN]) + (f" and {more} more" if more > 0 else "")
