"""Whether code of a task's own has a hand in its scores."""

import pytest

from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.library.own_code import judged_by_own_code
from evomerge.score.tasks.task import Task

CODE = """
def judge(doc, results):
    return {"exact_match": 1.0}

def mean(values):
    return sum(values) / len(values)

def target(doc):
    return doc["answer"]

def docs(data):
    return data
"""


@pytest.mark.parametrize(
    "extra, own",
    [
        ("", False),
        ("process_docs: !function own.docs", False),
        ("process_results: !function own.judge", True),
        ("doc_to_target: !function own.target", True),
        (
            "metric_list: [{metric: exact_match, aggregation: !function own.mean, "
            "higher_is_better: true}]",
            True,
        ),
    ],
)
def test_what_judges_counts_and_what_asks_does_not(task_file, extra, own):
    file = task_file("generation", f"\n{extra}\n")
    (file.parent / "own.py").write_text(CODE)
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"), Permissions((file.parent,)))
    assert judged_by_own_code(task._task) is own
