"""Rows as documents, and what of them is refused."""

import json
from pathlib import Path

import pytest

from evomerge.drafting.tables.columns import recognize
from evomerge.drafting.tables.documents import FEWEST, UserDocument, documents_of
from evomerge.drafting.tables.table import Table
from evomerge.errors import UserError
from tests.drafting.written import sums


def read(rows):
    table = Table(Path("f.jsonl"), tuple(dict.fromkeys(n for row in rows for n in row)), rows)
    return documents_of(table, recognize(table))


def chats(count, **turn):
    return [
        {"messages": [*turn.get("before", ()), said("user", f"{n}?"), said("assistant", f" {n}\n")]}
        for n in range(count)
    ]


def said(role, content):
    return {"role": role, "content": content}


def with_row(rows, number, **changes):
    rows[number] = {**rows[number], **changes}
    return rows


def test_questions_and_answers_are_as_they_stand():
    rows = with_row(sums(FEWEST), 3, question=" {{x}} 007\n", answer=7)
    assert read(rows).rows[3] == UserDocument(" {{x}} 007\n", "7")
    assert not read(rows).has_choices


def test_choices_are_lists_json_in_a_cell_or_columns():
    listed = read(sums(FEWEST, choices=["yes", "no"], answer="no"))
    in_cells = read(sums(FEWEST, choices=json.dumps(["yes", "no"]), answer="B"))
    columns = read(sums(FEWEST, A="yes", B="no", answer="no"))
    for documents in (listed, in_cells):
        assert documents.has_choices
        assert documents.rows[0] == UserDocument("0 + 0 =", "no", ("yes", "no"), 1)
    assert str(columns.columns).endswith("choices from 'A', 'B'")


def test_numbers_that_count_from_either_end_need_both_ends_to_be_seen():
    rows = sums(FEWEST, A="yes", B="no", answer=1)
    with pytest.raises(UserError, match="may count the choices from 0 or from 1"):
        read(rows)
    assert read(with_row(rows, 0, answer=0)).rows[1].label == 1


def test_the_last_turn_of_a_chat_is_the_answer():
    plain, after = read(chats(FEWEST)), read(chats(FEWEST, before=[said("system", "Be brief.")]))
    assert plain.rows == after.rows
    assert plain.rows[2] == UserDocument("2?", " 2\n")
    assert (plain.system, after.system) == ("", "Be brief.")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (sums(FEWEST - 1), f"has {FEWEST - 1} questions; .* there must be {FEWEST}"),
        (with_row(sums(30), 7, answer=" "), "row 8: nothing stands under 'answer'; fill it in"),
        (with_row(sums(30), 7, question=["a"]), "row 8: .* under 'question' is no text"),
        (with_row(sums(30), 7, question=" 3  + 3 ="), "row 8: .* stands in a row before; keep"),
        (with_row(sums(30), 7, choices=["a", "b"]), "row[s]? .*'choices' is no list of two"),
        (sums(30, choices=["a", "a"], answer="a"), "two of the choices are the same"),
        (sums(30, choices=["a", ""], answer="a"), "'choices' is no list of two texts or more"),
        (sums(30, choices='["\\ud800", "a"]', answer="a"), "'choices' is no list of two texts"),
        (sums(30, choices="[" * 10_000, answer="a"), "'choices' is no list of two texts"),
        (sums(30, choices="a, b", answer="a"), "'choices' is no list of two texts or more"),
        (chats(30, before=[said("user", "?")]), "is no chat of one question"),
        (with_row(chats(30), 0, messages=[said("user", "?")]), "row 1: 'messages' is no chat"),
        (with_row(chats(30), 0, messages="hello"), "row 1: 'messages' is no chat"),
        (with_row(chats(30), 0, messages=[{"role": "user"}, 3]), "row 1: 'messages' is no chat"),
        (chats(20, before=[said("system", "a")]) + chats(1), "row 21: has another system turn"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_to_do(rows, why):
    with pytest.raises(UserError, match=why):
        read(rows)


def test_one_question_may_stand_twice_with_other_choices():
    rows = sums(FEWEST, A="yes", B="no", answer="yes")
    assert len(read([*rows, {**rows[0], "B": "perhaps"}]).rows) == FEWEST + 1
