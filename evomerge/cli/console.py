"""A terminal for tables and lines in which texts of others stand."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from evomerge.cli.printable import printable


class PrintableConsole(Console):
    """A terminal that is shown no text which it obeys, whatever table or line that stands in."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """What is written, piece by piece."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(printable(text), style)


def plain_table(*names: str) -> Table:
    """A table without lines; in a narrow terminal what it holds is broken, and never cut."""
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table
