"""A row for each item and each model that was scored on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from evomerge.ledger import ItemKey, ItemScore, Ledger, Part
from evomerge.report.names import Names
from evomerge.report.tables.table import Column, DataTable


@dataclass(frozen=True)
class ItemRow:
    """What one model scored on one item, in the order of the columns."""

    task: str
    item: str
    doc_id: int | None
    """Its index in the task, as lm-eval counts."""
    split: str
    model: str
    digest: str
    score: float
    weight: float
    """How much it counts in the task's mean."""
    question: str | None
    """Known of the items of which the run keeps an answer, as the right answer is."""
    gold: str | None
    answer: str | None
    """This model's, where it is kept."""


_KINDS = (str, str, int, str, str, str, float, float, str, str, str)
"""Of each column."""


def items_table(run_dir: str | Path) -> DataTable:
    """What each named model of a run scored on each item: parents, uniform merge, finalists,
    winner, and what random search found.

    Sealed items have rows, with their questions, once they were opened; to look at them is a look.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
    """
    rows = [*map(astuple, _rows(Path(run_dir)))]
    columns = zip(*rows, strict=True) if rows else [()] * len(_KINDS)
    named = zip(ItemRow.__dataclass_fields__, _KINDS, columns, strict=True)
    return DataTable(tuple(Column(name, kind, tuple(values)) for name, kind, values in named))


@dataclass(frozen=True)
class _Brought:
    """What the parts of one model brought."""

    scores: dict[tuple[str, ItemKey], ItemScore] = field(default_factory=dict)
    """By split and item; of one that was scored twice the later score."""
    answers: dict[ItemKey, Any] = field(default_factory=dict)

    def take(self, part: Part) -> None:
        self.scores.update({(part.split, score.key): score for score in part.scores})
        self.answers.update(part.answers)


def _rows(run_dir: Path) -> Iterator[ItemRow]:
    with Ledger(run_dir) as ledger:
        names = Names()
        for event in ledger.events():
            names.take(event)
        found = {digest: _Brought() for digest in names.digests.values()}
        for part in ledger.parts(with_scores=True):
            if part.digest in found:
                found[part.digest].take(part)
        places = {(task, item): doc_id for task, item, doc_id, _ in ledger.items()}
        questions = {(one.task, one.item): one for one in ledger.questions()}
    for model, digest in names.digests.items():
        known = found[digest]
        for (split, key), score in known.scores.items():
            question, said = questions.get(key), known.answers.get(key)
            yield ItemRow(
                *key,
                places.get(key),
                split,
                model,
                digest,
                score.value,
                score.weight,
                None if question is None else question.text,
                None if question is None else question.gold,
                None if question is None or said is None else question.said(said),
            )
