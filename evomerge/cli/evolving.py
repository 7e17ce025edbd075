"""The commands that search, and that go on from what was found: run, resume, promote, explain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from evomerge.cli.command import command
from evomerge.cli.options import (
    AcceptFormat,
    AllowJudge,
    AllowPython,
    Anyway,
    Device,
    Force,
    IncludePath,
    Override,
    Ray,
    Reason,
    RecipeFile,
    Registry,
    RunFolder,
    Track,
    Workers,
    permissions_of,
)
from evomerge.cli.printable import say


@command
def run(
    recipe: RecipeFile,
    run_dir: Annotated[
        Path | None, typer.Option(help="Folder of the run; default: runs/NAME of the recipe.")
    ] = None,
    workers: Workers = None,
    ray: Ray = None,
    device: Device = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the recipe's.")] = None,
    include_path: IncludePath = None,
    allow_python: AllowPython = False,
    allow_judge: AllowJudge = None,
    accept_format: AcceptFormat = False,
    anyway: Anyway = False,
    registry: Registry = None,
    track: Track = None,
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
            ray=ray,
            device=device,
            seed=seed,
            permissions=permissions_of(include_path, allow_python, allow_judge),
            accept_format=accept_format,
            anyway=anyway,
            registry=registry,
            track=track,
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
    workers: Workers = None,
    ray: Ray = None,
    anyway: Anyway = False,
    force: Force = False,
    allow_judge: AllowJudge = None,
    track: Track = None,
    until_finished: Annotated[
        bool, typer.Option("--until-finished", help="Resume it whenever it ends early.")
    ] = False,
    override: Override = None,
    reason: Reason = "",
) -> None:
    """Go on with a run that was stopped, to the same winner; or with a larger budget."""
    limits: dict[str, Any] = {"evaluations": evaluations, "minutes": minutes, "tokens": tokens}
    overriding: dict[str, Any] = {"override": override or [], "reason": reason}
    allow_judge = allow_judge or []
    if until_finished:
        words = _words(workers, ray, anyway, force, allow_judge, track or [])
        _supervise(run_dir, limits, words + _overriding(**overriding))
        return
    from evomerge.cli.progress import watching
    from evomerge.cli.verdict import print_verdict
    from evomerge.run.commands import resume as go_on

    given: dict[str, Any] = {"workers": workers, "ray": ray, "anyway": anyway, "force": force}
    given |= {"allow_judges": allow_judge, "track": track, **overriding}
    with watching(f"resuming {run_dir}") as watch:
        finished = go_on(run_dir, **limits, **given, watch=watch)
    print_verdict(finished)


def _words(
    workers: Any,
    ray: str | None,
    anyway: bool,
    force: bool,
    allow_judge: Sequence[str],
    track: Sequence[str],
) -> list[str]:
    """The options of resume, as they are typed."""
    return [
        *(["--anyway"] if anyway else []),
        *(["--force"] if force else []),
        *([] if workers is None else ["--workers", json.dumps(workers)]),
        *([] if ray is None else ["--ray", ray]),
        *(word for host in allow_judge for word in ("--allow-judge", host)),
        *(word for name in track for word in ("--track", name)),
    ]


def _overriding(override: Sequence[str], reason: str) -> list[str]:
    """The options by which a rail is overridden, as they are typed."""
    words = [word for name in override for word in ("--override", name)]
    return [*words, "--reason", reason] if reason else words


def _supervise(run_dir: Path, limits: Mapping[str, Any], options: Sequence[str]) -> None:
    from evomerge.run.supervision import until_finished

    raised = {name: limit for name, limit in limits.items() if limit is not None}
    until_finished(run_dir, options, raised, say)


@command
def promote(
    run_dir: RunFolder,
    finalist: Annotated[
        int, typer.Argument(help="Its place by validation: 0 is the winner, after it 1, 2, …")
    ],
    workers: Workers = None,
    ray: Ray = None,
    accept_format: AcceptFormat = False,
    force: Force = False,
    allow_judge: AllowJudge = None,
) -> None:
    """Test a finalist of a finished run; for another one the test items are opened once more."""
    from evomerge.cli.verdict import print_verdict
    from evomerge.run.commands import promote_finalist

    tested = promote_finalist(
        run_dir,
        finalist,
        accept_format=accept_format or None,
        force=force,
        workers=workers,
        ray=ray,
        allow_judges=allow_judge or (),
    )
    print_verdict(tested)


@command
def explain(
    run_dir: RunFolder,
    evaluations: Annotated[
        int | None, typer.Option(min=1, help="Recipes scored for it; default: 64.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    workers: Workers = None,
    ray: Ray = None,
    force: Force = False,
    allow_judge: AllowJudge = None,
) -> None:
    """Find which parents, layers and genes earned the winner its score, on validation items."""
    from evomerge.cli.explained import explanation_to_json, print_explanation
    from evomerge.cli.printable import print_json
    from evomerge.run.commands import EXPLAINED
    from evomerge.run.commands import explain as explain_winner

    explanation = explain_winner(
        run_dir,
        evaluations=evaluations or EXPLAINED,
        force=force,
        workers=workers,
        ray=ray,
        allow_judges=allow_judge or (),
    )
    if as_json:
        print_json(explanation_to_json(explanation))
    else:
        print_explanation(explanation, run_dir)
