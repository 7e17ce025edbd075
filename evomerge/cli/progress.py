"""How a run of this process is going, on stderr: live in a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.live import Live

from evomerge.cli.console import PrintableConsole
from evomerge.cli.live import REFRESHES_PER_S, drawn
from evomerge.cli.printable import say
from evomerge.cli.story import Story
from evomerge.cli.tracked import trackers_heard
from evomerge.ledger import Record, Watcher
from evomerge.report.reading import Reading


@contextlib.contextmanager
def watching(first: str) -> Iterator[Watcher]:
    """A watcher that shows a run until it ends.

    Args:
        first: what is done before the run records anything.
    """
    told = ToldRun()
    console = PrintableConsole(stderr=True, highlight=False)
    with trackers_heard():
        if console.is_interactive:
            with _live(console, told, first) as watcher:
                yield watcher
            return
        say(f"{first} …")

        def print_all(record: Record) -> None:
            for line in told.take(record):
                say(line)

        yield print_all


@contextlib.contextmanager
def _live(console: PrintableConsole, told: ToldRun, first: str) -> Iterator[Watcher]:
    """The same in a terminal."""

    def watch(record: Record) -> None:
        told.take(record)

    with Live(
        console=console,
        get_renderable=lambda: drawn(told.story, first),
        refresh_per_second=REFRESHES_PER_S,
    ):
        yield watch


class ToldRun:
    """A run told by its records. Those of an earlier session count, and are not told."""

    def __init__(self, story: Story | None = None) -> None:
        self.story = story or Story()
        self._reading = Reading()

    def take(self, record: Record) -> list[str]:
        """Take a record in; the lines that it is worth."""
        self._reading.take(record)
        return self.story.tell(self._reading.view(is_running=True)) if record.is_live else []
