"""How a run stands, drawn: what a terminal shows while it goes on."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from evomerge.cli.standing import scores_table
from evomerge.cli.story import Story, caution_line

BAR = 60
"""Most columns of a progress bar."""
REFRESHES_PER_S = 4


def drawn(story: Story, first: str) -> RenderableType:
    """Where the run is, how much is done, what was told last, scores and cautions; what matters
    most stands first, since a low terminal shows the first lines.

    Args:
        first: what is done before anything is known of the run.
    """
    standing = story.standing
    view = standing.view
    if not view.models:
        return Text(f"{first} …")
    head = [f"{standing.clock} {view.phase}", ", ".join([*standing.where, *standing.scores])]
    parts: list[RenderableType] = [Text(": ".join(filter(None, head)))]
    if standing.is_measured:
        parts.append(_bar(standing.share))
    done = Text(", ".join([*standing.done, *standing.speed]))
    parts += [done, Text(story.latest), scores_table(view)]
    return Group(*parts, *(Text(caution_line(caution)) for caution in view.cautions))


def _bar(share: float) -> Table:
    """How much is done, as a bar and, for terminals without colors, as a number."""
    row = Table.grid(padding=(0, 1))
    row.add_column()
    row.add_column(no_wrap=True)
    row.add_row(ProgressBar(total=1.0, completed=share, width=BAR), f"{min(share, 1.0):.0%}")
    return row
