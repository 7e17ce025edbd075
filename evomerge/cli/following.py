"""A run followed from another process, until it ends: live in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from rich.live import Live

from evomerge.cli.console import PrintableConsole
from evomerge.cli.live import REFRESHES_PER_S, drawn
from evomerge.cli.printable import printable
from evomerge.cli.story import Story
from evomerge.report.reader import RunReader
from evomerge.report.view import RunState, View

EVERY_S = 0.5
"""How often the run's folder is looked at."""


def follow(run_dir: Path) -> View:
    """Show on stdout how a run goes on in another process, until that ends; the run as it ended.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
    """
    console = PrintableConsole(highlight=False, markup=False)
    story = Story()
    if not console.is_interactive:
        for view in _views(run_dir):
            for line in story.tell(view):
                print(printable(line), flush=True)
        return story.standing.view
    with Live(
        console=console,
        get_renderable=lambda: drawn(story, f"waiting for {run_dir}"),
        refresh_per_second=REFRESHES_PER_S,
    ) as live:
        for view in _views(run_dir):
            story.tell(view)
        live.transient = True  # what follows says it all
    return story.standing.view


def _views(run_dir: Path) -> Iterator[View]:
    """The run whenever there is something new of it, last as it ended."""
    with RunReader(run_dir) as reader:
        view = reader.view()
        yield view
        while view.state is RunState.RUNNING:
            time.sleep(EVERY_S)
            if (newer := reader.since(view.revision)) is not None:
                view = newer
                yield view
