"""Judging is tried on answers that nobody gave, before a run."""

import pytest

from evomerge.errors import RecipeError, TrialError
from evomerge.ledger import ItemScore
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.grading.tryout import ODD, RIGHT, Tryout, names_given
from evomerge.score.tasks.task import Task
from tests.score.recorder import build

CODE = """
def number(doc, results):
    return {"exact_match": float(int(results[0]) == int(doc["answer"]))}


def refuses(doc, results):
    raise ValueError("not today")


def more(doc, results):
    return {"exact_match": 1.0, "length": len(results[0])}
"""


@pytest.fixture
def judged(task_file, recorder):
    """A task whose answers code of its own judges."""

    def make(function):
        extra = f"\nprocess_results: !function judge.{function}\n" if function else ""
        file = task_file("generation", extra)
        (file.parent / "judge.py").write_text(CODE)
        term = FitnessTerm(task=str(file), metric="exact_match,raw")
        task = Task(term, Permissions((file.parent,)), "r.yaml:9: ")
        return task, build(task, recorder, False)

    return make


def test_a_judge_that_takes_right_answers_and_no_odd_ones_is_a_caution(judged):
    task, items = judged("number")
    (caution,) = task.cautions
    assert "an empty answer, words where a number is asked for, a code fence" in caution
    assert f"(item {items[0].id}: ValueError: invalid literal for int()" in caution


def test_one_that_takes_no_answer_at_all_is_refused(judged):
    with pytest.raises(
        RecipeError, match=r"r\.yaml:9: task .*: item \w{16}: ValueError: not today"
    ):
        judged("refuses")


def test_one_that_takes_every_answer_is_no_caution(judged):
    assert judged("")[0].cautions == []


def test_numbers_that_a_task_gives_beside_its_metric_are_named(judged):
    task, _ = judged("more")
    assert names_given(task._task, "raw") == ["exact_match", "length"]


def test_what_counts_for_no_item_is_refused_with_what_the_task_gives(judged):
    task, items = judged("more")
    tryout = Tryout(task._task, task.grading.doc, never, True, "f1", "raw")
    with pytest.raises(TrialError, match=r"'f1' is given for no test item; .* exact_match, length"):
        tryout.require_counting(items[:2], "test ")
    tryout.require_counting([])
    Tryout(task._task, task.grading.doc, never, True).require_counting(items[:2])


def never(items, responses):
    return [ItemScore(item.task, item.id, 0.0, 0.0) for item in items]


def test_each_item_is_tried_with_a_right_answer_and_with_odd_ones(judged):
    task, items = judged("")
    tried = []

    def grade(asked, responses):
        tried.append(responses[0][0].text)
        return task.grading.grade(asked, responses)

    Tryout(task._task, task.grading.doc, grade, True).cautions(items[:1])
    assert tried == [items[0].gold, *ODD.values()]
    tried.clear()
    Tryout(task._task, task.grading.doc, grade, False).cautions(items[:3])
    assert tried == [""], "silence, and of one item alone, where nobody pays for more"
    assert RIGHT not in ODD
