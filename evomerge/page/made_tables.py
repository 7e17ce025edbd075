"""What the population wrote, in tables: by writer, what was refused, and some of the items."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.ledger import MadeItem
from evomerge.page.shown_table import ShownTable
from evomerge.report.made import ViewedCurriculum

LONGEST = 300
"""Characters of a text in a cell."""


def made_tables(made: ViewedCurriculum) -> Iterator[ShownTable]:
    """Those of a page; what others wrote is text in them."""
    yield ShownTable(
        f"Items of {made.task} by writer",
        ("writer", "models", "written", "kept", "scored on", "for training", "verified"),
        tuple(
            (
                one.writer,
                ", then ".join(one.models) or "–",
                *map(str, (one.drawn, one.kept, one.scored, one.kept - one.scored)),
                ", ".join(f"{count} {how}" for how, count in one.verified.items()) or "–",
            )
            for one in made.writers
        ),
    )
    if made.precisions:
        rows = tuple(
            (
                one.verifier,
                one.against,
                str(one.passed),
                str(one.right),
                _share(one.right, one.passed),
            )
            for one in made.precisions
        )
        heads = "verifier", "held against", "passed", "of them right", "precision"
        yield ShownTable("How precise verifiers are", heads, rows)
    refused = tuple(
        (one.writer, reason[:LONGEST], str(count))
        for one in made.writers
        for reason, count in one.refused.items()
    )
    if refused:
        yield ShownTable("Refused", ("writer", "reason", "documents"), refused)
    if shown := [item for one in made.writers for item in one.examples]:
        heads = "writer", "question", "answer to train on", "verified by", "use"
        yield ShownTable("Some of the items", heads, tuple(map(_row, shown)))


def _row(item: MadeItem) -> tuple[str, ...]:
    origin = item.origin
    by = "; ".join(origin.verifiers) or ("the program that wrote it" if not origin.models else "–")
    texts = (origin.writer, item.question, item.solution, by, item.use.value)
    return tuple(text[:LONGEST] for text in texts)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "–"
