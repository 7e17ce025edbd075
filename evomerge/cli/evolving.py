"""The commands that search: run, resume, promote."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import (
    AcceptFormat,
    AllowPython,
    Anyway,
    Device,
    Force,
    IncludePath,
    RecipeFile,
    Registry,
    RunFolder,
)


@command
def run(
    recipe: RecipeFile,
    run_dir: Annotated[
        Path | None, typer.Option(help="Folder of the run; default: runs/NAME of the recipe.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="More than 1 work as Ray actors.")] = 1,
    device: Device = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the recipe's.")] = None,
    include_path: IncludePath = None,
    allow_python: AllowPython = False,
    accept_format: AcceptFormat = False,
    anyway: Anyway = False,
    registry: Registry = None,
) -> None:
    """Search for the best merge, prove it on sealed items, and write it out."""
    from evomerge.cli.progress import watching
    from evomerge.cli.verdict import print_verdict
    from evomerge.run.commands import evolve

    folder = run_dir or Path("runs") / recipe.stem
    with watching(f"checking {recipe}") as watch:
        finished = evolve(
            recipe,
            folder,
            workers=workers,
            device=device,
            seed=seed,
            include_paths=include_path or (),
            allow_python=allow_python,
            accept_format=accept_format,
            anyway=anyway,
            registry=registry,
            watch=watch,
        )
    print_verdict(finished)


@command
def resume(
    run_dir: RunFolder,
    evaluations: Annotated[
        int | None, typer.Option(min=1, help="Raise the budget to so many in all.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Raise the budget to so many in all.")
    ] = None,
    tokens: Annotated[
        int | None, typer.Option(min=1, help="Raise the budget to so many in all.")
    ] = None,
    anyway: Anyway = False,
    force: Force = False,
    until_finished: Annotated[
        bool, typer.Option("--until-finished", help="Resume it whenever it ends early.")
    ] = False,
) -> None:
    """Go on with a run that was stopped, to the same winner; or with a larger budget."""
    if until_finished:
        limits = {"evaluations": evaluations, "minutes": minutes, "tokens": tokens}
        _supervise(run_dir, limits, anyway=anyway, force=force)
        return
    from evomerge.cli.progress import watching
    from evomerge.cli.verdict import print_verdict
    from evomerge.run.commands import resume as go_on

    with watching(f"resuming {run_dir}") as watch:
        finished = go_on(
            run_dir,
            evaluations=evaluations,
            minutes=minutes,
            tokens=tokens,
            anyway=anyway,
            force=force,
            watch=watch,
        )
    print_verdict(finished)


def _supervise(
    run_dir: Path, limits: Mapping[str, float | None], *, anyway: bool, force: bool
) -> None:
    from evomerge.run.supervision import until_finished

    options = [*(["--anyway"] if anyway else []), *(["--force"] if force else [])]
    raised = {name: limit for name, limit in limits.items() if limit is not None}
    until_finished(run_dir, options, raised, lambda line: print(line, file=sys.stderr, flush=True))


@command
def promote(
    run_dir: RunFolder,
    finalist: Annotated[
        int, typer.Argument(help="Its place by validation: 0 is the winner, after it 1, 2, …")
    ],
    accept_format: AcceptFormat = False,
    force: Force = False,
) -> None:
    """Test a finalist of a finished run; for another one the test items are opened once more."""
    from evomerge.cli.verdict import print_verdict
    from evomerge.run.commands import promote_finalist

    accepts = accept_format or None
    print_verdict(promote_finalist(run_dir, finalist, accept_format=accepts, force=force))
