"""What became of what each writer wrote, counted from what is on record of it."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.curriculum.writing import NEAR, easy
from evomerge.ledger import ItemsMade
from evomerge.rails import WriterJudged
from evomerge.recipe import Curriculum


def writers_judged(made: ItemsMade, curriculum: Curriculum) -> Iterator[WriterJudged]:
    """Each writer of a cycle, as rails see it."""
    for writer, drawn in made.drawn.items():
        counts = {one.reason: one.count for one in made.refusals if one.writer == writer}
        yield WriterJudged(
            made.cycle, writer, drawn, counts.get(NEAR, 0), counts.get(easy(curriculum), 0)
        )
