"""What cannot be loaded is told; code runs where it may, and documents are made once."""

import json
import random
from pathlib import Path

import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from tests.score.recorder import build
from tests.score.small_tasks import ROWS

CODE = "\nprocess_docs: !function code.process\n"


def test_code_of_a_task_runs_only_from_an_include_path(task_file, recorder):
    file = task_file("choice", CODE)
    (file.parent / "code.py").write_text("def process(docs):\n    return docs.select(range(5))\n")
    term = FitnessTerm(task=str(file), metric="acc")
    with pytest.raises(RecipeError, match=r"runs Python code when loaded.*--include-path"):
        Task(term)
    assert len(build(Task(term, Permissions((file.parent,))), recorder, False)) == 5
    named = FitnessTerm(task="choice", metric="acc")
    assert len(build(Task(named, Permissions((file.parent,))), recorder, False)) == 5


def test_code_in_an_included_file_counts_as_well(task_file):
    file = task_file("choice", "\ninclude: more.yaml\n")
    (file.parent / "more.yaml").write_text("process_docs: !function code.process\n")
    with pytest.raises(RecipeError, match="runs Python code"):
        Task(FitnessTerm(task=str(file), metric="acc"))


@pytest.mark.parametrize(
    "task, problem",
    [
        ("/nowhere/t.yaml", "no such file"),
        ("gsm8kk", "lm-eval has no task of that name; did you mean gsm8k"),
    ],
)
def test_unknown_tasks_are_told(task, problem):
    with pytest.raises(RecipeError, match=problem):
        Task(FitnessTerm(task=task, metric="acc"))


def test_relative_data_is_found_beside_the_task_or_in_the_working_directory(
    task_file, recorder, monkeypatch, tmp_path_factory
):
    file = task_file("choice")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    term = FitnessTerm(task=str(file), metric="acc")
    assert len(build(Task(term), recorder, False)) == len(ROWS)
    (elsewhere / "rows.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    assert len(build(Task(term), recorder, False)) == 1
    assert Path.cwd() == elsewhere


SHUFFLES = """
import random


def process(docs):
    def shuffled(doc):
        choices = [doc["answer"], *doc["wrong"]]
        random.shuffle(choices)
        return {"choices": choices, "right": choices.index(doc["answer"])}

    return [shuffled(doc) | doc for doc in docs]


class Docs(list):
    features = {"question": 0, "choices": 0, "right": 0}


def process_docs(docs):
    return Docs(process(docs))
"""


def test_a_task_that_shuffles_asks_and_judges_the_same_each_time(task_file, recorder):
    file = task_file("choice", "\nprocess_docs: !function code.process_docs\n")
    text = file.read_text().replace("{{[answer] + wrong}}", "{{choices}}")
    file.write_text(text.replace("doc_to_target: 0", "doc_to_target: right"))
    (file.parent / "code.py").write_text(SHUFFLES)
    state = random.getstate()
    built = []
    for _ in range(2):
        task = Task(FitnessTerm(task=str(file), metric="gold_logprob"), Permissions((file.parent,)))
        items = build(task, recorder, False)
        built.append(items)
        for row, item in zip(ROWS, items, strict=True):
            (request,) = item.requests
            said = recorder.tokenizer.decode(request.tokens[-request.scored :])
            assert said.replace(" ", "") == row["answer"] == item.gold
    assert built[0] == built[1]
    assert len({item.text.split("\n").index(item.gold) for item in built[0]}) == 3
    assert random.getstate() == state
