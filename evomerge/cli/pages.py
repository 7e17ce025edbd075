"""The commands that show a run as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import RunFolder
from evomerge.cli.printable import say
from evomerge.errors import UserError


@command
def ui(
    runs_dir: Annotated[
        Path, typer.Argument(metavar="[RUNS_DIR]", help="Folder of runs, or a run's own.")
    ] = Path("runs"),
    host: Annotated[
        str, typer.Option(help="Address to listen at; beyond this machine a token is asked for.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8765,
) -> None:
    """Show runs in a browser while they go on. It reads, and never writes."""
    try:
        from evomerge.ui.server import serve
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is missing: pip install 'evomerge[ui]'") from None
    serve(runs_dir, host, port, say)


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
