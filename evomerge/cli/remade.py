"""The command that trains the adapters of a run again."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.options import RunFolder
from evomerge.cli.printable import print_json, printable
from evomerge.errors import EvomergeError

if TYPE_CHECKING:
    from evomerge.training.remaking import Remade


@command
def remake(
    run_dir: RunFolder,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Train each adapter of a run again and say whether the bits are the same; nothing is written.

    Ends with 0 where all are, else with 1.
    """
    from evomerge.training.remaking import remake as remake_adapters

    made = []
    for one in remake_adapters(run_dir):
        made.append(one)
        if not as_json:
            print(printable(describe(one)), flush=True)
    if as_json:
        print_json([{**asdict(one), "same": one.is_same} for one in made])
    if not made:
        print(f"{run_dir}: no adapter was trained in this run", file=sys.stderr)
    if not all(one.is_same for one in made):
        raise typer.Exit(EvomergeError.exit_code)


def describe(one: Remade) -> str:
    """What came of training an adapter again; what has changed since comes first."""
    lines = [f"{one.folder}: {change}" for change in one.changes]
    if one.is_same:
        said = f"the same bits ({one.made})"
    elif one.reason:
        said = f"not trained again: {one.reason}"
    else:
        said = (
            f"NOT the same bits: {one.recorded} in the ledger, {one.found} in its folder, "
            f"{one.made} trained now"
        )
    return "\n".join([*lines, f"{one.folder}: {said}"])
