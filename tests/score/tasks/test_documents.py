"""Documents as items: each content once, in the groups that a recipe declares."""

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from tests.score.recorder import build
from tests.score.small_tasks import ROWS


def test_documents_of_the_same_content_count_once(task_file, recorder):
    file = task_file("choice", rows=[*ROWS, ROWS[3], ROWS[3]])
    task = Task(FitnessTerm(task=str(file), metric="acc"))
    items = build(task, recorder, False)
    assert (len(items), task.duplicates) == (len(ROWS), 2)
    assert len({item.id for item in items}) == len(items)


def test_the_first_ones_are_asked_as_many_as_the_recipe_says(task_file):
    file = str(task_file("choice"))
    for limit, count in ((7, 7), (0.1, 4), (0.11, 5), (None, 40)):
        task = Task(FitnessTerm(task=file, metric="acc", limit=limit))
        items = task.questions()
        assert [item.doc_id for item in items] == list(range(count))
        assert [task.docs[item.id]["question"] for item in items] == [
            row["question"] for row in ROWS[:count]
        ]
        assert items[0].text.split("\n")[0] == ROWS[0]["question"]
        assert items[0].choices == (ROWS[0]["answer"], *ROWS[0]["wrong"])


def test_a_recipe_says_in_a_template_what_hangs_together(task_file):
    file = str(task_file("choice"))
    tens = "{{answer|int // 10}}"
    items = Task(FitnessTerm(task=file, metric="acc", group=tens)).questions()
    assert [item.group for item in items] == [str(int(item.gold) // 10) for item in items]
    for group, problem in (
        ("{{chapter}}", "group: not a template .*; a document has the fields question, answer"),
        ("{{1 / 0}}", "group: cannot be made .division by zero"),
        ("{{chapter", "group: not a template"),
    ):
        with pytest.raises(RecipeError, match=problem):
            Task(FitnessTerm(task=file, metric="acc", group=group)).questions()
