"""A user's questions as lm-eval reads them: the same texts, whatever stands in them."""

import io
import json
import re
from pathlib import Path

import pyarrow.json
import pyarrow.parquet
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evomerge.drafting.tables.columns import Columns
from evomerge.drafting.tables.documents import UserDocument, UserDocuments
from evomerge.drafting.tables.table import Table
from evomerge.drafting.task_text import CHATTY, MORE, Lengths, task_text
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task

CELL = st.text(min_size=1) | st.sampled_from(
    ["007", "1e5", "{{x}}", "{% raw %}", "1969-07-20", "2020-01-01 10:00:00", "null", "[1]", "\r\n"]
)
DATES = 2
"""Of the nasty texts, the last ones: Arrow takes them for dates where it reads JSON."""
NASTY = [
    *("007", "1e5", " spaces ", "{{answer}}", "{% for %}", '"quoted"', "a\nb", "a\r\nb", "tab\t"),
    *("é", "日本", "🙂", "a\u2028b", "[1, 2]", '{"a": 1}', "true", "null", "-", "<script>"),
    *("12:30", "\x1b[31m", "\\n", "#", "&a", "*a", "!x", "%", "`", "12:30:00", "2020", "2020-01"),
    *("1969-07-20", "2020-01-01T00:00:00Z"),
]  # fmt: skip


def documents(rows, choices=False, system=""):
    table = Table(Path("f.csv"), ("q", "a"), [])
    columns = Columns("q", "a", ("choices",) if choices else ())
    return UserDocuments(table, columns, tuple(rows), system)


def written(rows, choices=False, chats=False, positions=1024):
    return task_text(documents(rows, choices), "items", Lengths(3, positions, chats))


def as_arrow_reads(task):
    """The rows of a task's data."""
    stream = io.BytesIO(task.data)
    if task.data_name.endswith(".parquet"):
        return pyarrow.parquet.read_table(stream).to_pylist()
    return pyarrow.json.read_json(stream).to_pylist()


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4))
def test_arrow_takes_no_text_for_something_else(cells):
    task = written([UserDocument(*cell) for cell in cells])
    assert as_arrow_reads(task) == [{"question": q, "answer": a} for q, a in cells]


@given(st.lists(CELL, min_size=2, max_size=4), CELL)
def test_nor_any_choice(choices, question):
    task = written([UserDocument(question, choices[1], (*choices,), 1)], choices=True)
    assert as_arrow_reads(task) == [{"question": question, "choices": choices, "label": 1}]


def opened(folder, task, metric):
    """The task as a run opens it."""
    (folder / "items.yaml").write_text(task.yaml, encoding="utf-8")
    (folder / task.data_name).write_bytes(task.data)
    return Task(FitnessTerm(task=str(folder / "items.yaml"), metric=metric))


BOTH = pytest.mark.parametrize(
    ("texts", "ending"), [(NASTY, "parquet"), (NASTY[:-DATES], "jsonl")], ids=["Parquet", "JSON"]
)
"""Texts, and the file that they come into."""


@BOTH
def test_lm_evals_documents_hold_the_questions_and_answers(tmp_path, texts, ending):
    written_task = written([UserDocument(f"{n} {text}", text) for n, text in enumerate(texts)])
    assert written_task.data_name.endswith(ending)
    task = opened(tmp_path, written_task, "exact_match")
    docs = [task.docs[item.id] for item in task.questions()]
    lm_eval = task._task
    asked = [f"{n} {text}" for n, text in enumerate(texts)]
    assert [doc["question"] for doc in docs] == asked
    assert [lm_eval.doc_to_text(doc) for doc in docs] == asked
    assert [lm_eval.doc_to_target(doc) for doc in docs] == [doc["answer"] for doc in docs] == texts


@BOTH
def test_and_the_choices(tmp_path, texts, ending):
    rows = [UserDocument(text, text, ("other", text), 1) for text in texts]
    task = opened(tmp_path, written(rows, choices=True), "acc")
    items = task.questions()
    assert [item.choices for item in items] == [row.choices for row in rows]
    assert [item.gold for item in items] == texts


def test_no_file_of_the_working_directory_takes_its_place(tmp_path, monkeypatch):
    (tmp_path / "items").mkdir()
    (tmp_path / "items.jsonl").write_text('{"question": "another", "answer": "2"}\n')
    monkeypatch.chdir(tmp_path)
    task = opened(tmp_path / "items", written([UserDocument("mine", "1")]), "exact_match")
    assert [item.text for item in task.questions()] == ["mine"]


def config(rows, **how):
    return yaml.safe_load(written(rows, **how).yaml)


@pytest.mark.parametrize(
    ("answer", "chats", "until", "tokens"),
    [
        ("7", False, ["\n"], 2 * 3 + MORE),
        ("seven", False, ["\n"], 2 * 3 + MORE),
        ("seven", True, [], 2 * 3 + MORE),
        ("7", True, [], CHATTY),
    ],
)
def test_answers_are_as_long_as_the_longest_needs(answer, chats, until, tokens):
    given = config([UserDocument("?", answer)], chats=chats)["generation_kwargs"]
    assert given == {"until": until, "max_gen_toks": tokens, "do_sample": False}


def test_and_no_longer_than_half_of_what_a_model_reads():
    given = config([UserDocument("?", "7")], chats=True, positions=256)["generation_kwargs"]
    assert given["max_gen_toks"] == 128


def test_its_head_is_a_comment_whatever_the_file_is_called():
    table = Table(Path("a\nb: \x1b[31m.csv"), ("q", "a"), [])
    strange = UserDocuments(table, Columns("q\n!!python", "a"), (UserDocument("?", "1"),))
    text = task_text(strange, "items", Lengths(1, 100, False)).yaml
    assert yaml.safe_load(text)["task"] == "items"
    assert "\x1b" not in text
    assert all(line.startswith("# ") for line in text.split("task: items")[0].splitlines())


def test_texts_are_readable_json_lines_where_arrow_leaves_them_alone():
    task = written([UserDocument("é?", "1")])
    assert task.data.decode() == '{"question": "é?", "answer": "1"}\n'
    dated = written([UserDocument("when?", "1969-07-20")])
    assert re.fullmatch(r"items-[0-9a-f]{12}\.jsonl", task.data_name)
    assert re.fullmatch(r"items-[0-9a-f]{12}\.parquet", dated.data_name)
    assert json.loads(task.data)["answer"] == "1"
