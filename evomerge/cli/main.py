"""The commands. Progress goes to stderr and data to stdout; exit codes are those of the errors."""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from evomerge.cli import upkeep  # noqa: F401  (its commands join the app)
from evomerge.cli.command import app, command
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
from evomerge.errors import EvomergeError

GARBAGE = 100_000
"""Objects after which Python looks for garbage. With its own 700 a fifth of the time in which torch
is imported goes into that."""


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
) -> None:
    """Go on with a run that was stopped, to the same winner; or with a larger budget."""
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


@command
def check(
    recipe: RecipeFile,
    include_path: IncludePath = None,
    allow_python: AllowPython = False,
    registry: Registry = None,
) -> None:
    """Check a recipe and say what a run would take, without doing any of it."""
    from evomerge.cli.check import print_checked
    from evomerge.run.checks.check import check as checked

    print_checked(
        checked(
            recipe,
            include_paths=include_path or (),
            allow_python=allow_python,
            registry=registry,
        )
    )


@command
def merge(
    recipe: RecipeFile,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Model folder to make.")],
    device: Device = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Default: all cores.")] = None,
    shard_gb: Annotated[float, typer.Option(min=0.001, help="Largest file of tensors.")] = 5.0,
    verify: Annotated[
        bool, typer.Option(help="Load the result by transformers before it has its name.")
    ] = True,
) -> None:
    """Merge a recipe without genes into a model folder."""
    from evomerge.merge.merging import merge as merge_to
    from evomerge.recipe import load_recipe

    loaded = load_recipe(recipe)
    sha256 = merge_to(
        loaded,
        out,
        device=device,
        threads=threads,
        shard_bytes=int(shard_gb * 10**9),
        verify=verify,
        tell=lambda note: print(note, file=sys.stderr),
    )
    _print_json({"out": str(out), "weights_sha256": sha256})


@command
def export(
    source: Annotated[
        Path, typer.Argument(metavar="RECIPE_OR_DIR", help="A recipe, a run or a merged model.")
    ],
    out: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help="File to make; default: stdout.")
    ] = None,
) -> None:
    """Write a recipe without genes, or a run's winner, as a mergekit file."""
    from evomerge.merge.mergekit.export import export_file
    from evomerge.weights import refuse_existing

    text = export_file(source)
    if out is None:
        print(text, end="")
    else:
        refuse_existing(out)
        out.write_text(text, encoding="utf-8")


@command
def score(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Folder, zoo:NAME or Hub id.")],
    recipe: RecipeFile,
    split: Annotated[str, typer.Option(help="search or validation.")] = "validation",
    device: Device = None,
    include_path: IncludePath = None,
    allow_python: AllowPython = False,
    unseal: Annotated[
        bool, typer.Option("--unseal", help="Score sealed items too; counts as an opening.")
    ] = False,
    registry: Registry = None,
    answers: Annotated[
        Path | None, typer.Option(help="File to make: every question, answer and score, as JSON.")
    ] = None,
) -> None:
    """Score a model on a recipe's tasks, and print every item's score."""
    from evomerge.recipe import load_recipe
    from evomerge.run.scoring import score_model

    scored = score_model(
        model,
        load_recipe(recipe),
        split,
        device,
        include_path or [],
        allow_python,
        unseal=unseal,
        registry=registry,
        answers=answers,
    )
    _print_json(scored)


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
) -> None:
    """Say how a run stands."""
    from evomerge.report.reader import view_of

    view = view_of(run_dir)
    if as_json:
        from evomerge.report.status import view_to_json

        _print_json(view_to_json(view))
    else:
        from evomerge.cli.status import print_status

        print_status(view)


@command
def schema() -> None:
    """Print the JSON schema of recipes, for editors."""
    from evomerge.recipe import Recipe

    _print_json(Recipe.model_json_schema())


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False))


def main() -> None:
    """The console script."""
    gc.set_threshold(GARBAGE)
    if sys.stderr is None:  # closed by the user; the next file that is opened would take its place
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    try:
        app()
    except SystemExit as end:
        _leave(end.code)


def _leave(code: str | int | None) -> NoReturn:
    """End the process at once: to take torch apart piece by piece lasts longer than some merges."""
    atexit._run_exitfuncs()
    status = code if isinstance(code, int) else int(code is not None)
    for stream in filter(None, (sys.stdout, sys.stderr)):  # closed ones are None
        try:
            stream.flush()
        except OSError:  # nobody reads on
            status = status or EvomergeError.exit_code
    os._exit(status)
