"""Columns recognized by their names, or refused with the choice to make."""

from pathlib import Path

import pytest

from evomerge.drafting.tables.columns import Columns, recognize
from evomerge.drafting.tables.table import Table
from evomerge.errors import UserError


def table(*columns, empty=()):
    row = {name: "" if name in empty else "x" for name in columns}
    return Table(Path("f.csv"), columns, [row])


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["question", "answer"], Columns("question", "answer")),
        (["id", "Prompt", "Completion"], Columns("Prompt", "Completion")),
        (["instruction", "output"], Columns("instruction", "output")),
        (["input", "target", "label"], Columns("input", "target")),
        (["question", "choices", "label"], Columns("question", "label", ("choices",))),
        (
            ["question", "A", "B", "C", "E", "answer"],
            Columns("question", "answer", ("A", "B", "C")),
        ),
        (["messages", "source"], Columns(chat="messages")),
    ],
)
def test_columns_are_known_by_their_names(columns, found):
    assert recognize(table(*columns)) == found


def test_a_column_in_which_nothing_stands_counts_as_absent():
    alpaca = table("instruction", "input", "output", empty=["input"])
    assert recognize(alpaca) == Columns("instruction", "output")


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (
            ["question", "prompt", "answer"],
            "may be meant; say --question question or --question pro",
        ),
        (["question", "answer", "target"], "say --answer answer or --answer target"),
        (["question", "choices", "answer", "label"], "say --answer answer or --answer label"),
        (["messages", "question", "answer"], "say --question COLUMN and --answer COLUMN, or take"),
        (["text", "label"], "no column is called by what it is .*'text', 'label'; say --question"),
        (["question", "label"], "say --answer COLUMN"),
    ],
)
def test_what_is_unclear_is_refused_with_the_choice(columns, why):
    with pytest.raises(UserError, match=why):
        recognize(table(*columns))


def test_the_user_says_which():
    unclear = table("text", "label", "question", "answer")
    assert recognize(unclear, "text", "label") == Columns("text", "label")
    assert recognize(unclear, question="text") == Columns("text", "answer")
    with pytest.raises(UserError, match="--answer 'gold' is no column; its columns are 'text'"):
        recognize(unclear, answer="gold")
    with pytest.raises(UserError, match="cannot be both"):
        recognize(unclear, "text", "text")
