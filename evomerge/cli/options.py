"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from evomerge.permissions import Permissions

RecipeFile = Annotated[Path, typer.Argument(metavar="RECIPE", help="Recipe file (YAML).")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="Folder of a run.")]
Device = Annotated[str | None, typer.Option(help="cpu or cuda; default: the GPU if there is one.")]
IncludePath = Annotated[
    list[Path] | None,
    typer.Option(help="Folder of lm-eval tasks. Trusted: tasks in it may run Python code."),
]
AllowPython = Annotated[
    bool, typer.Option("--allow-python", help="Run the functions that the recipe names as judges.")
]
AllowJudge = Annotated[
    list[str] | None,
    typer.Option(
        help="HOST or HOST=KEY_ENV: may be asked as a judge, with the key in that variable."
    ),
]
AcceptFormat = Annotated[
    bool, typer.Option("--accept-format", help="Promote a gain that is one of format alone.")
]
Anyway = Annotated[
    bool, typer.Option("--anyway", help="Search even where no task tells the parents apart.")
]
Registry = Annotated[
    str | None,
    typer.Option(
        help="File that counts openings of sealed items over all runs, or none; default: yours."
    ),
]


def permissions_of(
    include_path: list[Path] | None,
    allow_python: bool,
    allow_judge: list[str] | None,
    *,
    ask_judges: bool = True,
) -> Permissions:
    """What a command was allowed."""
    paths, judges = tuple(include_path or ()), tuple(allow_judge or ())
    return Permissions(paths, allow_python, judges, ask_judges)


Force = Annotated[
    bool,
    typer.Option("--force", help="Go on although versions changed that decide scores; recorded."),
]


def _rails() -> list[str]:
    """Names that a shell completes."""
    from evomerge.rails.rules import RAILS

    return [*RAILS]


Override = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        autocompletion=_rails,
        help="Go on although this rail has paused the run; needs --reason, and is recorded.",
    ),
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why a rail is overridden.")]


def _workers(text: str) -> Any:
    """A number of workers, or the keys of a placement as YAML."""
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError:
        said = None
    if not isinstance(said, int | dict) or isinstance(said, bool):
        raise typer.BadParameter(f"{text}: a number, or keys such as {{count: 4, gpus: 0.5}}")
    return said


Workers = Annotated[
    Any,
    typer.Option(
        parser=_workers,
        metavar="N|KEYS",
        help="How many, or keys of the recipe's workers: '{count: 4, gpus: 0.5}'. One works in "
        "this process, others as Ray actors. Default: the recipe's, or 1.",
    ),
]


def _trackers() -> list[str]:
    """Names that a shell completes."""
    from evomerge.trackers.registry import TRACKERS

    return [*TRACKERS]


Track = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        autocompletion=_trackers,
        help="Tracker that is told of the run: mlflow, tensorboard, trackio, wandb, or none. "
        "Default: the recipe's.",
    ),
]
Ray = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS|auto", help="Work on this Ray cluster, not on one of its own."),
]
