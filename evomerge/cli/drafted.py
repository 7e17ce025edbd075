"""The command that writes a recipe."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import Device, IncludePath, Registry
from evomerge.cli.printable import printable, say
from evomerge.drafting.request import MINUTES, DraftRequest
from evomerge.permissions import Permissions

if TYPE_CHECKING:
    from evomerge.drafting.drafting import Drafted

TOLD = ("proof:", "groups:", "range", "caution:")
"""How notes of a check begin that say what a run could show."""


@command
def init(
    fine_tunes: Annotated[
        list[str], typer.Argument(metavar="FINE_TUNE...", help="Folders, adapters or Hub ids.")
    ],
    base: Annotated[
        str | None, typer.Option(help="That they were trained from; default: what they say.")
    ] = None,
    items: Annotated[
        list[Path] | None,
        typer.Option(help="Questions and answers: JSON lines, JSON, CSV, TSV or Parquet."),
    ] = None,
    task: Annotated[
        list[str] | None,
        typer.Option(metavar="TASK[=METRIC]", help="An lm-eval task, by name or file."),
    ] = None,
    question: Annotated[str | None, typer.Option(metavar="COLUMN", help="Of the items.")] = None,
    answer: Annotated[str | None, typer.Option(metavar="COLUMN", help="Of the items.")] = None,
    out: Annotated[Path, typer.Option(help="The recipe to write.")] = Path("recipe.yaml"),
    minutes: Annotated[float, typer.Option(help="That a run may take here.")] = MINUTES,
    include_path: IncludePath = None,
    device: Device = None,
    registry: Registry = None,
) -> None:
    """Write a recipe for your fine-tunes and questions that runs as it is, and says why."""
    given = (tuple(fine_tunes), tuple(items or ()), tuple(task or ()))
    request = DraftRequest(*given, base, question, answer, out, minutes)
    from evomerge.drafting.drafting import init as drafted

    permissions = Permissions(tuple(include_path or ()))
    print_drafted(
        drafted(request, device=device, permissions=permissions, registry=registry, tell=say),
        include_path or (),
    )


def print_drafted(drafted: Drafted, included: tuple[Path, ...] | list[Path]) -> None:
    """Print what was found and chosen, what it could show, and what to do next."""
    told = [note for note in drafted.checked.notes if note.startswith(TOLD)]
    more = [word for path in included for word in ("--include-path", str(path))]
    words = [
        shlex.join(["evomerge", verb, str(drafted.recipe), *more]) for verb in ("check", "run")
    ]
    lines = [
        *drafted.notes,
        *told,
        f"wrote {drafted.recipe}",
        "next:",
        *(f"  {line}" for line in words),
    ]
    print(printable("\n".join(lines)))
