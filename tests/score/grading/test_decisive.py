"""Answers with the same decisive part score the same by lm-eval's own code."""

import random

import pytest

from evomerge.engine.request import Generated, Likelihood, Likely
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from tests.score.recorder import build

TEXTS = ["20", " 20 and", "none", "", "141", "4 1"]
VALUES = [-1.0, -2.5, -7.0, -0.25]
"""Few, so that choices are often equally likely."""
REMEMBERED = [
    ("generation", "exact_match,digits"),
    ("generation", "exact_match,raw"),
    ("choice", "acc"),
    ("choice", "acc_norm"),
    ("choice", "acc_bytes"),
    ("loglikelihood", "acc"),
]
BYTES = "  - {metric: acc_bytes, aggregation: mean, higher_is_better: true}\n"


def said(item, chance):
    return tuple(
        Likely(chance.choice(VALUES), chance.random() < 0.5)
        if isinstance(request, Likelihood)
        else Generated(chance.choice(TEXTS), 3, True)
        for request in item.requests
    )


def counted(task, monkeypatch):
    """How often lm-eval's own code judges."""
    calls, judge = [], task._task.process_results
    monkeypatch.setattr(
        task._task, "process_results", lambda *given: calls.append(1) or judge(*given)
    )
    return calls


@pytest.mark.parametrize("kind, metric", REMEMBERED)
def test_what_is_remembered_is_what_lm_eval_says(kind, metric, task_file, recorder, monkeypatch):
    file = task_file(kind, BYTES if kind == "choice" else "")
    task = Task(FitnessTerm(task=str(file), metric=metric))
    items, chance = build(task, recorder, False), random.Random(0)
    calls, values = counted(task, monkeypatch), set()
    for _ in range(25):
        answers = [said(item, chance) for item in items]
        found = task.grading.grade(items, answers)
        known = len(calls)
        assert found == task.grading.regrade(items, answers)
        assert len(calls) - known == len(items), "a second judgement remembers nothing"
        del calls[known:]
        values |= {score.value for score in found}
    assert len(calls) < 7 * len(items), "no answer decides anew what is decided"
    assert values == {0.0, 1.0}


@pytest.mark.parametrize(
    "kind, metric", [("loglikelihood", "perplexity"), ("rolling", "bits_per_byte")]
)
def test_a_log_likelihood_that_is_the_score_is_judged_each_time(
    kind, metric, task_file, recorder, monkeypatch
):
    task = Task(FitnessTerm(task=str(task_file(kind)), metric=metric))
    items = build(task, recorder, False)
    calls = counted(task, monkeypatch)
    for value in (-1.0, -2.0):
        answers = [tuple(Likely(value, True) for _ in item.requests) for item in items]
        scores = task.grading.grade(items, answers)
        assert all(score.value < 0 for score in scores)
    assert len(calls) == 2 * len(items)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_an_empty_choice_has_no_length_to_divide_by(task_file, recorder):
    rows = [
        {"question": f"{n}?", "answer": "yes", "wrong": ["no", "" if n else "?"]} for n in range(40)
    ]
    task = Task(FitnessTerm(task=str(task_file("choice", rows=rows)), metric="acc_norm"))
    items = build(task, recorder, False)
    answers = [tuple(Likely(-1.0, True) for _ in item.requests) for item in items]
    assert task.grading.grade(items, answers) == task.grading.regrade(items, answers)
