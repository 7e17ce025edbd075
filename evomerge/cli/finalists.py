"""What a run leaves to go on with: the winner's genes, and finalists that can be tested too."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from evomerge.cli.console import plain_table
from evomerge.ledger import Front, RankedFinalist
from evomerge.report.verdict import FinalistChoice


def genes_table(genes: Mapping[str, Any], who: str) -> Table:
    """The value of each gene."""
    table = plain_table("gene", who)
    for name, value in genes.items():
        table.add_row(name, figures(value if isinstance(value, list) else [value]))
    return table


def figures(values: Iterable[Any]) -> str:
    """Values of genes, numbers with four figures."""
    return ", ".join(f"{value:.4g}" if isinstance(value, float) else str(value) for value in values)


def finalists_table(choice: FinalistChoice, tested: int | None = None) -> Table:
    """The finalists, best first by validation; with what they score at each goal there, where the
    search was for several.

    Args:
        tested: which of them the verdict is on.
    """
    goals = choice.front.goals if choice.front else ()
    names = ("finalist", "search", "validation", *goals, "")
    table = plain_table(*names)
    for number, finalist in enumerate(choice.finalists):
        scores = (f"{s:.3f}" for s in (finalist.search, finalist.validation, *finalist.goals))
        marks = _marks(finalist, choice.front) + (["tested"] if number == tested else [])
        table.add_row(str(number), *scores, ", ".join(marks))
    return table


def _marks(finalist: RankedFinalist, front: Front | None) -> list[str]:
    """What is to be said of a finalist's place on the front."""
    if front is None or finalist.digest not in front.digests:
        return []
    return ["front", "knee"] if finalist.digest == front.knee else ["front"]


def how_to_test(finalists: Sequence[RankedFinalist], folder: Path) -> str:
    """How others than the winner are tested; "" where there are none.

    Args:
        folder: of the run.
    """
    last = len(finalists) - 1
    if not last:
        return ""
    return (
        f"to test another finalist (1 to {last}), which is another opening of the sealed items: "
        f"evomerge promote {shlex.quote(str(folder))} 1"
    )
