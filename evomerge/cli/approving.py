"""The commands of those who sign a winner, and of those who check a signed one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import RunFolder
from evomerge.cli.printable import print_json, printable, say
from evomerge.errors import UserError

KeyFile = Annotated[
    Path, typer.Option("--key", metavar="FILE", help="Ed25519 private key: OpenSSH's, or PEM.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; it is shown.")]
Finalist = Annotated[
    int, typer.Option("--finalist", min=0, help="Place by validation; default: the winner.")
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@command
def approve(run_dir: RunFolder, key: KeyFile, note: Note, finalist: Finalist = 0) -> None:
    """Sign that the winner may leave quarantine; it does when all have signed who must."""
    _decide(run_dir, key, "approved", note, finalist)


@command
def reject(run_dir: RunFolder, key: KeyFile, note: Note, finalist: Finalist = 0) -> None:
    """Sign that the winner stays in quarantine, until you approve it yourself."""
    _decide(run_dir, key, "rejected", note, finalist)


def _decide(run_dir: Path, file: Path, decision: str, note: str, finalist: int) -> None:
    from evomerge.approval.keys import read_signing_key
    from evomerge.approval.statement import SignerDecision
    from evomerge.report.passages import describe_passage, passage_to_json
    from evomerge.run.approving.deciding import decide

    key = read_signing_key(file, lambda: _password(file))
    passage = decide(run_dir, key, SignerDecision(decision), note, finalist=finalist)
    for line in describe_passage(passage, run_dir):
        say(line)
    print_json(passage_to_json(passage))


def _password(file: Path) -> str:
    password: str = typer.prompt(f"password of {file}", hide_input=True, err=True)
    return password


@command
def approvals(run_dir: RunFolder, as_json: AsJson = False) -> None:
    """List who has signed what of a run's tested models, and for whom they wait."""
    from evomerge.report.passages import describe_passage, passage_to_json
    from evomerge.report.reader import view_of

    passages = view_of(run_dir).passages
    if as_json:
        print_json([passage_to_json(passage) for passage in passages])
        return
    for passage in passages:
        for line in describe_passage(passage, run_dir):
            print(printable(line))
    if not passages:
        print(printable(f"{run_dir}: nothing waits to be signed"))


@command
def verify(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Folder of a released model.")],
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", metavar="FILE", help="Public key that must have approved it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a released model anywhere: files, tensors, recipe, verdict and signatures."""
    from evomerge.approval.keys import read_public_key
    from evomerge.approval.verification import verify as verified
    from evomerge.approval.wording import describe, verification_to_json

    found = verified(model, [read_public_key(file) for file in key or ()])
    if as_json:
        print_json(verification_to_json(found))
    else:
        for line in describe(found):
            print(printable(line))
    if not found.is_whole:
        raise UserError(f"{model}: is not to be trusted: {'; '.join(found.problems)}")
