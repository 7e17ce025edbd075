"""The commands that merge or score one model, or check a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import (
    AllowJudge,
    AllowPython,
    Device,
    IncludePath,
    RecipeFile,
    Registry,
    permissions_of,
)
from evomerge.cli.printable import print_json, say

_TABLES = "Named .csv, .jsonl or .parquet."


@command
def check(
    recipe: RecipeFile,
    include_path: IncludePath = None,
    allow_python: AllowPython = False,
    allow_judge: AllowJudge = None,
    ask_judges: Annotated[
        bool, typer.Option("--ask-judges", help="Have judges at an address tried as well.")
    ] = False,
    registry: Registry = None,
) -> None:
    """Check a recipe and say what a run would take, without doing any of it."""
    from evomerge.cli.check import print_checked
    from evomerge.run.checks.check import check as checked

    allowed = permissions_of(include_path, allow_python, allow_judge, ask_judges=ask_judges)
    print_checked(checked(recipe, permissions=allowed, registry=registry))


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
        tell=say,
    )
    print_json({"out": str(out), "weights_sha256": sha256})


@command
def export(
    source: Annotated[
        Path, typer.Argument(metavar="RECIPE_OR_DIR", help="A recipe, a run or a merged model.")
    ],
    out: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help="File to make; default: stdout.")
    ] = None,
    trials: Annotated[
        Path | None, typer.Option(help="File to make of a run: its candidates. " + _TABLES)
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="File to make of a run: its models' scores. " + _TABLES)
    ] = None,
    optuna: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Write a run as a study: sqlite:///x.db, or a journal."),
    ] = None,
) -> None:
    """Write a recipe without genes, or a run's winner, as a mergekit file; or a run as tables."""
    if any(asked is not None for asked in (trials, items, optuna)):
        _export_run(source, trials, items, optuna)
        if out is None:
            return
    from evomerge.merge.mergekit.export import export_file
    from evomerge.weights import refuse_existing

    text = export_file(source)
    if out is None:
        print(text, end="")
    else:
        refuse_existing(out)
        out.write_text(text, encoding="utf-8")


def _export_run(run_dir: Path, trials: Path | None, items: Path | None, optuna: str | None) -> None:
    """Write all that was asked for; whether each of it can be written is known before."""
    from evomerge.report.tables.items import items_table
    from evomerge.report.tables.study import export_study
    from evomerge.report.tables.trials import trials_table
    from evomerge.report.tables.writing import check_table_file, write_table

    asked = ((trials, "--trials", trials_table), (items, "--items", items_table))
    for path, option, _ in asked:
        if path is not None:
            check_table_file(path, option)
    for path, _, table in asked:
        if path is not None:
            write_table(table(run_dir), path)
    if optuna is not None:
        say(f"study: {export_study(run_dir, optuna)}")


@command
def score(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Folder, zoo:NAME or Hub id.")],
    recipe: RecipeFile,
    split: Annotated[str, typer.Option(help="search or validation.")] = "validation",
    device: Device = None,
    include_path: IncludePath = None,
    allow_python: AllowPython = False,
    allow_judge: AllowJudge = None,
    unseal: Annotated[
        bool, typer.Option("--unseal", help="Score sealed items too; counts as an opening.")
    ] = False,
    registry: Registry = None,
    answers: Annotated[
        Path | None, typer.Option(help="File to make: every question, answer and score, as JSON.")
    ] = None,
) -> None:
    """Score a model on a recipe's tasks, and print every item's score."""
    from evomerge.cli.scores import scores_to_json
    from evomerge.recipe import load_recipe
    from evomerge.run.scoring import score_model

    scored = score_model(
        model,
        load_recipe(recipe),
        split,
        device,
        permissions_of(include_path, allow_python, allow_judge),
        unseal=unseal,
        registry=registry,
        answers=answers,
    )
    print_json(scores_to_json(scored))
