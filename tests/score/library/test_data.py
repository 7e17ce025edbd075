"""A task's data: found beside the task, and what is wrong with them told by what there is."""

import json
from pathlib import Path

import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.foreign_code.cause import cause
from evomerge.score.library.beside import missing_data, with_data_beside
from evomerge.score.tasks.task import Task
from tests.score.recorder import build
from tests.score.small_tasks import ROWS, write_task

BEFORE = "dataset_kwargs: {data_files: {test: rows.jsonl}}"


def task_with(tmp_path, kwargs, extra=""):
    folder = tmp_path / "tasks"
    folder.mkdir(exist_ok=True)
    file = write_task(folder, "choice", extra)
    file.write_text(file.read_text().replace(BEFORE, f"dataset_kwargs: {{{kwargs}}}"))
    return file


def load(file, permissions=NOTHING):
    return Task(FitnessTerm(task=str(file), metric="acc"), permissions)


@pytest.mark.parametrize(
    "kwargs",
    [
        "data_files: {test: rows.jsonl}",
        "data_files: {test: [rows.jsonl]}",
        "data_files: {test: 'row*.jsonl'}",
        "data_files: {test: '**/ro?s.jsonl'}",
        "data_dir: inner",
        "data_dir: inner, data_files: {test: test.jsonl}",
    ],
)
@pytest.mark.parametrize("coded", [False, True])
def test_data_beside_a_task_are_found_from_anywhere(tmp_path, monkeypatch, recorder, kwargs, coded):
    file = task_with(tmp_path, kwargs, "\nprocess_docs: !function code.same\n" if coded else "")
    (file.parent / "code.py").write_text("def same(docs):\n    return docs\n")
    inner = file.parent / "inner"
    inner.mkdir()
    (inner / "test.jsonl").write_bytes((file.parent / "rows.jsonl").read_bytes())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    included = Permissions((Path("../tasks"),))
    assert len(build(load(file, included), recorder, False)) == len(ROWS)
    assert len(build(load("choice", included), recorder, False)) == len(ROWS)
    assert Path.cwd() == elsewhere


def test_what_is_in_the_working_directory_is_taken_from_there(tmp_path, monkeypatch):
    (tmp_path / "beside").mkdir()
    for folder in (tmp_path, tmp_path / "beside"):
        (folder / "a.jsonl").write_text("{}\n")
    (tmp_path / "beside" / "b.jsonl").write_text("{}\n")
    monkeypatch.chdir(tmp_path)
    files = {"train": "a.jsonl", "test": ["b.jsonl", "https://example.com/c.jsonl", "d.jsonl"]}
    config = {"dataset_path": "json", "dataset_kwargs": {"data_files": files}}
    found = with_data_beside(config, tmp_path / "beside")
    beside = str(tmp_path / "beside" / "b.jsonl")
    assert found["dataset_kwargs"]["data_files"] == {
        "train": "a.jsonl",
        "test": [beside, "https://example.com/c.jsonl", "d.jsonl"],
    }
    assert missing_data({**config, **found}) == ["d.jsonl"]
    assert missing_data({**config, "dataset_path": "someone/data"}) == []


def test_a_folder_of_data_beside_a_task_may_be_its_data(tmp_path, monkeypatch, recorder):
    file = task_with(tmp_path, "")
    (file.parent / "sums").mkdir()
    (file.parent / "rows.jsonl").rename(file.parent / "sums" / "test.jsonl")
    file.write_text(file.read_text().replace("dataset_path: json", "dataset_path: sums"))
    monkeypatch.chdir(tmp_path)
    assert len(build(load(file), recorder, False)) == len(ROWS)


@pytest.mark.parametrize(
    "kwargs, change, problem",
    [
        (
            "data_files: {test: rows.jsonl, dev: rows.jsonl}",
            ("test_split: test", "test_split: tset"),
            r"its data have no split 'tset' \(test_split\), but test, dev$",
        ),
        (
            "data_files: rows.jsonl",
            None,
            r"no split 'test' \(test_split\), but train; data_files: \{NAME: FILE\} gives files a",
        ),
        ("data_files: {test: 'nix*'}", None, r"cannot be loaded \(no nix\* in .*, or beside"),
        ("data_files: {test: nix}, data_dir: nil", None, r"cannot be loaded \(no nil in "),
        (
            "data_files: {test: other.jsonl, train: rows.jsonl}",
            None,
            r"DatasetGenerationError: .* \(because TypeError: Couldn't cast",
        ),
        ("data_files: {test: rows.jsonl}, split: test", None, "takes one split out of its data"),
        (
            "data_files: {test: rows.jsonl}",
            ("{{question}}", "{{questoin}}"),
            r"UndefinedError: 'questoin' is undefined\); its data have the fields question, answe",
        ),
        (
            "data_files: {test: rows.jsonl}",
            ("doc_to_target: 0", "doc_to_target: 0\nprocess_docs: !function code.wrong"),
            r"KeyError: 'answr'\); its data have the fields question, answer, wrong",
        ),
        ("data_files: {test: empty.jsonl}", None, r"\(\S*empty.jsonl is empty\); fill it"),
    ],
)
def test_the_cause_is_told_with_what_there_is(tmp_path, monkeypatch, kwargs, change, problem):
    file = task_with(tmp_path, kwargs)
    file.write_text(file.read_text().replace(*change or ("", "")))
    nulls = [{**row, "answer": None} for row in ROWS]
    (file.parent / "other.jsonl").write_text("".join(json.dumps(r) + "\n" for r in nulls))
    (file.parent / "empty.jsonl").write_text("")
    (file.parent / "code.py").write_text(
        "def wrong(docs):\n    return docs.filter(lambda doc: doc['answr'])\n"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError, match=problem):
        load(file, Permissions((file.parent,)))


def test_a_cause_is_the_innermost_one_in_a_line():
    def raised(make):
        try:
            make()
        except Exception as error:
            return cause(error)

    def wrapped():
        try:
            [][1]
        except IndexError as error:
            raise ValueError("while\nreading") from error

    def hidden():
        try:
            [][1]
        except IndexError:
            raise ValueError("alone") from None

    assert raised(wrapped) == (
        "ValueError: while reading (because IndexError: list index out of range)"
    )
    assert raised(hidden) == "ValueError: alone"
    assert cause(KeyError("a name")) == "KeyError: a name"
    assert cause(KeyError("name")) == "KeyError: 'name'"
    assert cause(StopIteration()) == "StopIteration"
    assert len(cause(ValueError("x" * 1000))) < 330
