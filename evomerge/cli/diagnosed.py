"""The command that looks for what is wrong with a model."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import Device
from evomerge.cli.printable import print_json, printable

if TYPE_CHECKING:
    from evomerge.diagnosis.diagnosis import Diagnosis


@command
def diagnose(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Folder, zoo:NAME or Hub id.")],
    against: Annotated[
        list[str] | None, typer.Option(metavar="PARENT", help="A parent of it; several times.")
    ] = None,
    text: Annotated[
        Path | None, typer.Option(help="Text to read (UTF-8), such as its parents were trained on.")
    ] = None,
    device: Device = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say why a model talks gibberish: each cause with what was seen, and what to do."""
    from evomerge.diagnosis.diagnosis import diagnose as diagnosed
    from evomerge.diagnosis.speech import TEXT
    from evomerge.reading.file_kind import TEXTS
    from evomerge.reading.regular import read_text

    read = TEXT if text is None else read_text(text, TEXTS)
    found = diagnosed(model, against or (), read, device)
    if as_json:
        print_json(asdict(found))
    else:
        print(printable("\n".join(described(found))))
    if found.findings:
        raise typer.Exit(1)


def described(found: Diagnosis) -> list[str]:
    """What was found, in lines."""
    lines = []
    for finding in found.findings:
        lines += [f"{finding.cause}: {finding.evidence}", f"  cure: {finding.cure}"]
    if found.speech is None:
        lines.append("it was not run")
    else:
        of_parents = ", ".join(f"{one.perplexity:.4g}" for one in found.speeches)
        lines.append(
            f"reads the text with a perplexity of {found.speech.perplexity:.4g}"
            + (f", its parents with {of_parents}" if of_parents else "")
        )
    if not found.against:
        lines.append("compared with no parent: --against PARENT finds more")
    count = len(found.findings)
    return [*lines, f"{count or 'no'} finding{'s' * (count != 1)} in {found.model}"]
