"""The questions of a user's table with their right answers, as a task's documents hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.drafting.tables.columns import Columns
from evomerge.drafting.tables.labels import indices_of
from evomerge.drafting.tables.table import Table, as_text, is_blank
from evomerge.errors import RecipeError, UserError
from evomerge.reading.file_kind import DATA
from evomerge.reading.json_text import parse_json

FEWEST = 20
"""Questions that can be divided into those of the search, of validation and sealed ones."""


@dataclass(frozen=True)
class UserDocument:
    """A question and its right answer, each exactly as the user's file has it."""

    question: str
    answer: str
    choices: tuple[str, ...] = ()
    label: int = -1
    """The index of the right one of the choices."""


@dataclass(frozen=True)
class UserDocuments:
    """All questions of a file."""

    table: Table
    columns: Columns
    rows: tuple[UserDocument, ...]
    system: str = ""
    """What stands before all chats alike."""

    @property
    def has_choices(self) -> bool:
        """Whether answers are chosen and not written."""
        return bool(self.columns.choices)


def documents_of(table: Table, columns: Columns) -> UserDocuments:
    """The questions of a table.

    Raises:
        UserError: there are too few; cells are empty or no texts; a question stands twice; answers
            are none of their choices; or chats are no single questions.
    """
    system = ""
    if columns.chat:
        system, rows = _of_chats(table, columns.chat)
    elif columns.choices:
        rows = _of_choices(table, columns)
    else:
        pairs = zip(table.texts(columns.question), table.texts(columns.answer), strict=True)
        rows = [UserDocument(question, answer) for question, answer in pairs]
    if len(rows) < FEWEST:
        raise UserError(
            f"{table.file}: has {len(rows)} questions; some are searched with, some choose the "
            f"winner, and some prove it, so there must be {FEWEST}, and some hundreds show more"
        )
    _refuse_repeated(table, rows)
    return UserDocuments(table, columns, tuple(rows), system)


def _of_choices(table: Table, columns: Columns) -> list[UserDocument]:
    questions, choices = table.texts(columns.question), _choices(table, columns)
    labels = indices_of(table, columns.answer, choices)
    return [
        UserDocument(question, texts[label], texts, label)
        for question, texts, label in zip(questions, choices, labels, strict=True)
    ]


def _choices(table: Table, columns: Columns) -> list[tuple[str, ...]]:
    """What each row lets one choose from."""
    if len(columns.choices) > 1:
        return _distinct(table, [*zip(*map(table.texts, columns.choices), strict=True)])
    (column,) = columns.choices
    found = [_list(row.get(column)) for row in table.rows]
    if odd := [index for index, choices in enumerate(found) if choices is None]:
        raise table.wrong(
            odd,
            f"{column!r} is no list of two texts or more",
            'write ["…", "…"], or a column A, B, C for each choice; where only some questions have '
            "choices put them into a file of their own (--items twice)",
        )
    return _distinct(table, [choices for choices in found if choices is not None])


def _list(value: Any) -> tuple[str, ...] | None:
    """A list of texts, or one that is written as JSON in a cell."""
    if isinstance(value, str):
        try:
            value = parse_json(value, "a cell", DATA)
        except RecipeError:
            return None
    if not isinstance(value, list) or len(value) < 2 or any(map(is_blank, value)):
        return None
    texts = [as_text(one) for one in value]
    return None if None in texts else tuple(text for text in texts if text is not None)


def _distinct(table: Table, choices: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    if odd := [i for i, texts in enumerate(choices) if len({*texts}) < len(texts)]:
        raise table.wrong(odd, "two of the choices are the same", "make them differ")
    return choices


def _of_chats(table: Table, column: str) -> tuple[str, list[UserDocument]]:
    """What stands before all chats, and each as a question and its answer."""
    found = [_turns(row.get(column)) for row in table.rows]
    if odd := [index for index, turns in enumerate(found) if turns is None]:
        raise table.wrong(
            odd,
            f"{column!r} is no chat of one question",
            'a chat is a list of {"role": …, "content": …}: a user turn, then an assistant turn, '
            "and before them a system turn at most; of longer ones keep the last question alone",
        )
    chats = [turns for turns in found if turns is not None]
    if odd := [index for index, turns in enumerate(chats) if turns[0] != chats[0][0]]:
        raise table.wrong(
            odd,
            "has another system turn than the first row",
            "put chats of each system turn into a file of their own (--items several times)",
        )
    return chats[0][0], [UserDocument(question, answer) for _, question, answer in chats]


def _turns(chat: Any) -> tuple[str, str, str] | None:
    """System turn ("" without one), question and answer; None of what is no such chat."""
    if not isinstance(chat, list) or not all(isinstance(turn, dict) for turn in chat):
        return None
    roles = [turn.get("role") for turn in chat]
    said = [turn.get("content") for turn in chat]
    texts = [text for text in said if isinstance(text, str) and text.strip()]
    if len(texts) < len(said) or roles[-2:] != ["user", "assistant"] or len(roles) > 3:
        return None
    if len(roles) == 3 and roles[0] != "system":
        return None
    return texts[0] if len(roles) == 3 else "", texts[-2], texts[-1]


def _refuse_repeated(table: Table, rows: Sequence[UserDocument]) -> None:
    first: dict[tuple[str, tuple[str, ...]], int] = {}
    repeated = []
    for index, row in enumerate(rows):
        key = (" ".join(row.question.split()).casefold(), tuple(sorted(row.choices)))
        if first.setdefault(key, index) != index:
            repeated.append(index)
    if repeated:
        raise table.wrong(
            repeated,
            f"{rows[repeated[0]].question!r:.60} stands in a row before",
            "keep each question once, with the answer that is right",
        )
