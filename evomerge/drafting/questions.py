"""A user's files of questions as tasks of a drafted recipe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from evomerge.drafting.models import FoundModels
from evomerge.drafting.tables.columns import recognize
from evomerge.drafting.tables.documents import UserDocuments, documents_of
from evomerge.drafting.tables.formats import read_table
from evomerge.drafting.task_text import Lengths, TaskText, task_text

UNNAMED = "items"
"""What a task is called whose file's name has no letter that a task's name can have."""


def read_documents(
    files: Sequence[Path], question: str | None, answer: str | None
) -> list[UserDocuments]:
    """The questions of each file.

    Args:
        question, answer: columns, as the user names them; None where they are to be found.

    Raises:
        UserError: a file is not what can be asked.
    """
    tables = [read_table(file) for file in files]
    return [documents_of(table, recognize(table, question, answer)) for table in tables]


def tasks_of(read: Sequence[UserDocuments], models: FoundModels) -> list[TaskText]:
    """A task for each file, named by it."""
    made: dict[str, TaskText] = {}
    for documents in read:
        stem = re.sub(r"[^A-Za-z0-9]+", "_", documents.table.file.stem).strip("_") or UNNAMED
        number, name = 1, stem
        while name in made:
            number, name = number + 1, f"{stem}_{number + 1}"
        answers = [row.answer for row in documents.rows]
        tokens = models.tokenizer(answers, add_special_tokens=False)["input_ids"]
        lengths = Lengths(max(map(len, tokens)), models.positions, models.chats.applied)
        made[name] = task_text(documents, name, lengths)
    return [*made.values()]
