"""Documents that a program of the user's prints: its output is the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import DraftItem
from evomerge.curriculum.programs import ProgramFailed
from evomerge.curriculum.writer_kind import WriterKind
from evomerge.ledger import WrittenBy
from evomerge.recipe.writers import ProgramWriter


def write(settings: ProgramWriter, context: CycleContext) -> Sequence[DraftItem]:
    """A draft for each line, of the first `count`; one that says why where the program failed."""
    name, count = settings.name, settings.count
    seed = str(context.key("program", name))
    try:
        values = [*islice(context.programs.values(settings.program, seed, str(count)), count)]
    except ProgramFailed as error:
        return [DraftItem(name, WrittenBy.PROGRAM, 0, None, str(error))]
    return [_draft(name, draw, value) for draw, value in enumerate(values)]


def _draft(name: str, draw: int, value: object) -> DraftItem:
    if isinstance(value, Mapping):
        return DraftItem(name, WrittenBy.PROGRAM, draw, value)
    why = f"a line {value}" if isinstance(value, ValueError) else "a line is no JSON object"
    return DraftItem(name, WrittenBy.PROGRAM, draw, None, why)


KIND = WriterKind(
    "program",
    ProgramWriter,
    write,
    lambda settings: f"{settings.count} items by a program, run twice in a sandbox",
)
