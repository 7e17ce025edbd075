"""Which columns of a user's table are questions, right answers, choices, or chats."""

from __future__ import annotations

import string
from collections.abc import Collection
from dataclasses import dataclass

from evomerge.drafting.tables.table import Table, is_blank
from evomerge.errors import UserError

QUESTIONS = ("question", "prompt", "input", "instruction", "query", "problem")
ANSWERS = ("answer", "completion", "output", "target", "response", "solution", "expected")
LABELS = ("label", "labels", "answer_index", "correct")
"""Columns that name one of the choices; without choices they may mean anything."""
CHOICES = ("choices", "options")
CHATS = ("messages", "conversation", "conversations")
LETTERED = 2
"""So many columns A, B, … are choices."""


@dataclass(frozen=True)
class Columns:
    """What each column is for that is read. Of a chat there is no other column."""

    question: str = ""
    answer: str = ""
    choices: tuple[str, ...] = ()
    """One column whose values are lists, or one for each choice; () without choices."""
    chat: str = ""

    def __str__(self) -> str:
        """Which columns were taken for what, in words."""
        if self.chat:
            return f"chats from {self.chat!r}, of which the last turn is the answer"
        words = f"questions from {self.question!r}, answers from {self.answer!r}"
        if self.choices:
            words += f", choices from {', '.join(map(repr, self.choices))}"
        return words


def recognize(table: Table, question: str | None = None, answer: str | None = None) -> Columns:
    """The columns that are questions and answers, by their names.

    Columns in which nothing stands count as absent.

    Args:
        question, answer: as the user names them; None where they are to be found.

    Raises:
        UserError: there is no such column, or there are several that may be it.
    """
    for option, name in (("--question", question), ("--answer", answer)):
        if name is not None and name not in table.columns:
            raise UserError(f"{table.file}: {option} {name!r} is no column; {_there_are(table)}")
    names = [c for c in table.columns if not all(is_blank(row.get(c)) for row in table.rows)]
    chats = _called(names, CHATS)
    if chats and question is None and answer is None:
        if others := _called(names, (*QUESTIONS, *ANSWERS)):
            raise UserError(
                f"{table.file}: {_listed([*chats, *others])} may be meant; say --question COLUMN "
                f"and --answer COLUMN, or take those columns out for the chats in {chats[0]!r}"
            )
        return Columns(chat=_only(table, chats, "--question"))
    choices = _choices(names)
    if question is None:
        question = _only(table, _called(names, QUESTIONS), "--question")
    if answer is None:
        known = (*ANSWERS, *LABELS) if choices else ANSWERS
        answer = _only(table, [n for n in _called(names, known) if n != question], "--answer")
    if question == answer:
        raise UserError(f"{table.file}: {question!r} cannot be both question and answer")
    return Columns(question, answer, choices)


def _called(names: Collection[str], known: Collection[str]) -> list[str]:
    return [name for name in names if name.casefold().strip() in known]


def _choices(names: Collection[str]) -> tuple[str, ...]:
    """The column of lists that is called so, or the columns A, B, C and on."""
    if listed := _called(names, CHOICES):
        return (listed[0],)
    lettered: list[str] = []
    for letter in string.ascii_uppercase:
        if letter not in names:
            break
        lettered.append(letter)
    return tuple(lettered) if len(lettered) >= LETTERED else ()


def _only(table: Table, found: list[str], option: str) -> str:
    """The one column that was found.

    Raises:
        UserError: there is none, or there are several.
    """
    if len(found) == 1:
        return found[0]
    if found:
        raise _unclear(table, option, found)
    known = ", ".join(QUESTIONS if option == "--question" else ANSWERS)
    raise UserError(
        f"{table.file}: no column is called by what it is ({known}); {_there_are(table)}; say "
        f"{option} COLUMN"
    )


def _unclear(table: Table, option: str, found: list[str]) -> UserError:
    choice = " or ".join(f"{option} {name}" for name in found)
    return UserError(f"{table.file}: {_listed(found)} may be meant; say {choice}")


def _there_are(table: Table) -> str:
    return f"its columns are {_listed(table.columns)}"


def _listed(names: Collection[str]) -> str:
    return ", ".join(map(repr, names)) or "none"
