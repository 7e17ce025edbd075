"""The commands that show a run as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import RunFolder
from evomerge.cli.printable import say


@command
def report(
    run_dir: RunFolder,
    out: Annotated[
        Path | None, typer.Option(help="The file; default: report.html in the run's folder.")
    ] = None,
    png: Annotated[
        Path | None, typer.Option(help="A folder for the figures as PNG, for a paper.")
    ] = None,
) -> None:
    """Write all that is known of a run into one HTML file, which opens offline."""
    from evomerge.page.content import content_of
    from evomerge.page.report import write_figures, write_report

    content = content_of(run_dir)
    path = out or run_dir / "report.html"
    write_report(content, path)
    say(f"report: {path}")
    if png is not None:
        say(f"figures: {len(write_figures(content, png))} in {png}")
