"""The commands that show something that is there: runs, their answers, the schema of recipes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import RunFolder
from evomerge.cli.printable import print_json
from evomerge.errors import UserError


@command
def answers(
    run_dir: RunFolder,
    task: Annotated[str | None, typer.Option(help="Of this task alone.")] = None,
    model: Annotated[
        str | None, typer.Option(help="A parent, uniform, winner, 'finalist 1', …")
    ] = None,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="Only answers that score below 1.")
    ] = False,
) -> None:
    """Print what parents, finalists and winner of a run answered, and the right answers."""
    from evomerge.cli.answers import print_answers
    from evomerge.report.answers import answers as answers_of

    print_answers(answers_of(run_dir, task, model, wrong=wrong))


@command
def status(
    run_dir: RunFolder,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show how it goes on until it ends, or Ctrl-C.")
    ] = False,
) -> None:
    """Say how a run stands."""
    from evomerge.cli.following import follow
    from evomerge.report.reader import view_of
    from evomerge.report.winner import manifest_of_winner, model_folder

    if watch and as_json:
        raise UserError("--watch is for people and --json for programs: say one of them")
    view = follow(run_dir) if watch else view_of(run_dir)
    if as_json:
        from evomerge.report.status import view_to_json

        print_json(view_to_json(view))
    else:
        from evomerge.cli.status import print_status

        print_status(view, run_dir)
    if view.release is not None:
        manifest_of_winner(run_dir, model_folder(run_dir, view))


@command
def compare(
    run_dirs: Annotated[
        list[Path], typer.Argument(metavar="RUN_DIR RUN_DIR...", help="Folders of runs.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Compare runs: their winners on items that both were asked, searches at equal spending."""
    from evomerge.report.comparing.comparing import compare_runs

    compared = compare_runs(run_dirs)
    if as_json:
        from evomerge.report.comparing.to_json import compared_to_json

        print_json(compared_to_json(compared))
    else:
        from evomerge.cli.compared import print_compared

        print_compared(compared)


@command
def schema() -> None:
    """Print the JSON schema of recipes, for editors."""
    from evomerge.recipe import Recipe

    print_json(Recipe.model_json_schema())
