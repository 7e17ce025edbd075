"""The user's own Python: given a document and an answer, known by its source."""

import hashlib
import sys

import pytest

from evomerge.errors import RecipeError, TrialError
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.items.item import content_id
from evomerge.score.judges.function import Function
from evomerge.score.tasks.task import Task
from tests.score.agreement import by_term
from tests.score.recorder import build
from tests.score.small_tasks import ROWS

SOURCE = """\
from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Near:
    far: int

    def score(self) -> float:
        return 1 / (1 + self.far)


def near(doc, answer):
    print("looking at", doc["question"])
    doc["answer"] = doc["answer"] + "0"
    return Near(abs(int(doc["answer"]) // 10 - int(answer)) if answer.isdigit() else 999).score()


def fussy(doc, answer):
    if doc["how"] == "end":
        raise SystemExit(0)
    return {"raise": 1 / len(answer), "nan": float("nan"), "text": "good"}[doc["how"]]


def yes(doc, answer):
    return True


def matches(doc, answer):
    return np.strings.equal(doc["answer"], answer)


def far(doc, answer):
    return np.float32(0.25)


number = 3
"""


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "quality.py"
    file.write_text(SOURCE)
    return file


def test_it_judges_each_answer_by_itself(task_file, source, capsys):
    file = task_file("generation")
    term = FitnessTerm(task=str(file), python=f"{source}:near", filter="digits")
    task = Task(term, Permissions(allow_python=True))
    ours = by_term("zoo:arithmetic", task)
    right = by_term(
        "zoo:arithmetic",
        Task(FitnessTerm(task=str(file), metric="exact_match,digits")),
    )
    assert {doc for doc, score in ours.items() if score == 1} == {
        doc for doc, score in right.items() if score == 1
    }
    assert len(set(ours.values())) > 2
    assert task.metric == "python quality.py:near"
    assert capsys.readouterr().out == ""


def test_a_document_is_the_functions_own_to_change(source):
    doc = {"question": "q", "answer": "7"}
    assert Function(f"{source}:near").scores([doc, doc], ["7", "9"]) == [1.0, 1 / 3]
    assert doc["answer"] == "7"


@pytest.mark.parametrize(
    "how, problem",
    [
        ("raise", "ZeroDivisionError: division by zero"),
        ("nan", "gave nan, which is no finite number"),
        ("text", "gave 'good', which is no finite number"),
        ("other", "KeyError: 'other'"),
        ("end", "SystemExit: 0"),
    ],
)
def test_what_goes_wrong_is_told_with_the_item(source, how, problem):
    doc = {"how": how}
    with pytest.raises(TrialError) as caught:
        Function(f"{source}:fussy").scores([doc], ["" if how == "raise" else "a"])
    assert str(caught.value) == f"python {source}:fussy: item {content_id(doc)}: {problem}"


def tried(task_file, source, recorder, how):
    file = task_file("generation", rows=[{**row, "how": how} for row in ROWS])
    term = FitnessTerm(task=str(file), python=f"{source}:fussy", filter="raw")
    task = Task(term, Permissions(allow_python=True), "r.yaml:3: ")
    build(task, recorder, False)
    return task.cautions


def test_one_that_judges_nothing_is_refused_before_anything_starts(task_file, source, recorder):
    with pytest.raises(RecipeError, match=r"r\.yaml:3: task .*: item .*: gave 'good', which is"):
        tried(task_file, source, recorder, "text")


def test_one_that_cannot_judge_silence_may_be_right_to(task_file, source, recorder):
    (caution,) = tried(task_file, source, recorder, "raise")
    assert caution.startswith(
        "some answers cannot be judged, and a model that gives one fails: an empty answer (python"
    )
    assert "ZeroDivisionError" in caution


@pytest.mark.parametrize("name, score", [("yes", 1.0), ("matches", 1.0), ("far", 0.25)])
def test_truth_counts_as_one_and_numpys_numbers_as_numbers(source, name, score):
    assert Function(f"{source}:{name}").scores([{"answer": "a"}], ["a"]) == [score]


def test_its_source_names_it(source):
    before = Function(f"{source}:yes").sha256
    assert before == hashlib.sha256(SOURCE.encode()).hexdigest()
    source.write_text(SOURCE.replace("return True", "return None or True"))
    assert Function(f"{source}:yes").sha256 != before


def test_what_was_hashed_is_what_runs(source):
    """Not what Python compiled of an older file of the same size and second."""
    assert Function(f"{source}:yes").scores([{}], [""]) == [1.0]
    source.write_text(SOURCE.replace("return True", "return 4321"))
    assert Function(f"{source}:yes").scores([{}], [""]) == [4321.0]


def test_a_module_is_found_where_python_finds_it(source, monkeypatch):
    monkeypatch.syspath_prepend(source.parent)
    monkeypatch.delitem(sys.modules, "quality", raising=False)
    function = Function("quality:near")
    assert function.name == "quality:near"
    assert function.sha256 == Function(f"{source}:near").sha256
    monkeypatch.delitem(sys.modules, "quality")


@pytest.mark.parametrize(
    "where, problem",
    [
        ("quality", 'expected "module:function" or "file.py:function"'),
        (":f", 'expected "module:function"'),
        ("/nowhere/f.py:f", "no such file"),
        ("no_such_module:f", "ModuleNotFoundError"),
        ("math:sqrt", "has no source file to know it by"),
        ("{source}:missing", "has no function missing"),
        ("{source}:number", "has no function number"),
        ("{broken}:f", "SyntaxError"),
        ("{leaves}:f", "SystemExit: 3"),
    ],
)
def test_functions_that_cannot_be_had_are_told(tmp_path, source, where, problem):
    (tmp_path / "broken.py").write_text("def f(:")
    (tmp_path / "leaves.py").write_text("raise SystemExit(3)")
    files = {name: tmp_path / f"{name}.py" for name in ("broken", "leaves")}
    with pytest.raises(RecipeError, match=problem):
        Function(where.format(source=source, **files))


def test_it_runs_only_where_it_is_allowed(task_file, source):
    term = FitnessTerm(task=str(task_file("generation")), python=f"{source}:yes", filter="raw")
    with pytest.raises(RecipeError, match=r"runs Python code of yours .*--allow-python"):
        Task(term)


def test_it_needs_generated_answers(task_file, source):
    term = FitnessTerm(task=str(task_file("choice")), python=f"{source}:yes")
    with pytest.raises(RecipeError, match="has no generated answers for python quality"):
        Task(term, Permissions(allow_python=True))


def test_of_several_filters_one_must_be_named(task_file, source):
    term = FitnessTerm(task=str(task_file("generation")), python=f"{source}:yes")
    with pytest.raises(RecipeError, match="in several ways; say filter: digits or raw"):
        Task(term, Permissions(allow_python=True))
