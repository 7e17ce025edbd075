"""What a run leaves to go on with: the winner's genes, and finalists that can be tested too."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from evomerge.ledger import RankedFinalist


def genes_table(genes: Mapping[str, Any], who: str) -> Table:
    """The value of each gene."""
    table = Table("gene", who, box=None, pad_edge=False)
    for name, value in genes.items():
        values = value if isinstance(value, list) else [value]
        table.add_row(name, ", ".join(map(_figure, values)))
    return table


def finalists_table(finalists: Sequence[RankedFinalist], tested: int) -> Table:
    """The finalists, best first by validation.

    Args:
        tested: which of them the verdict is on.
    """
    table = Table("finalist", "search", "validation", "", box=None, pad_edge=False)
    for number, finalist in enumerate(finalists):
        scores = (f"{score:.3f}" for score in (finalist.search, finalist.validation))
        table.add_row(str(number), *scores, "tested" if number == tested else "")
    return table


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


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
