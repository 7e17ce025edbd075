"""The command that gives a winner to others."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import RunFolder
from evomerge.cli.printable import print_json, say


@command
def push(
    run_dir: RunFolder,
    repo: Annotated[str, typer.Argument(metavar="REPO", help="owner/name on the Hub.")],
    private: Annotated[bool, typer.Option("--private", help="For its owner alone.")] = False,
    refused: Annotated[
        bool, typer.Option("--refused", help="Push a winner that is refused, too.")
    ] = False,
    revision: Annotated[
        str | None, typer.Option(metavar="BRANCH", help="Made if need be; default: main.")
    ] = None,
) -> None:
    """Upload a finished run's winner to the Hub, with card, recipe, lineage and report."""
    from evomerge.run.publishing.push import push as push_winner

    pushed = push_winner(
        run_dir, repo, private=private, refused=refused, revision=revision, tell=say
    )
    print_json(asdict(pushed))
