"""Items whose right answer nobody can give."""

import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from tests.score.recorder import build
from tests.score.small_tasks import ROWS

FROM_DATA = "doc_to_target: 0", "doc_to_target: gold"


def rows_with(golds):
    """Questions with three choices, "A", "B" and "C", and what the data says of the right one."""
    pairs = zip(ROWS, golds, strict=False)
    return [{**row, "answer": "A", "wrong": ["B", "C"], "gold": gold} for row, gold in pairs]


def task_with(task_file, golds, metric="acc", target=FROM_DATA[1]):
    """A multiple choice whose right answers are what the data says."""
    file = task_file("choice", rows=rows_with(golds))
    file.write_text(file.read_text().replace(FROM_DATA[0], target))
    return Task(FitnessTerm(task=str(file), metric=metric), NOTHING, "r.yaml:7: ")


@pytest.mark.parametrize("metric", ["acc", "acc_norm", "gold_logprob"])
@pytest.mark.parametrize(
    "gold, cure",
    [
        ("1", 'doc_to_target: "{{gold}}"'),
        ("7", "must give an index, 0 to 2"),
        ("", "must give an index, 0 to 2"),
        ("D", "must give an index, 0 to 2"),
        (-1, "must give an index, 0 to 2"),
    ],
)
def test_where_no_item_has_one_the_task_is_refused(task_file, recorder, metric, gold, cure):
    task = task_with(task_file, [gold] * 40, metric)
    with pytest.raises(RecipeError) as caught:
        build(task, recorder, False)
    told = str(caught.value)
    assert told.startswith(f"r.yaml:7: task {task.term.task}: the right answer of 40 of 40 items")
    assert repr(gold) in told
    assert cure in told


def test_the_cure_for_an_index_as_text_works(task_file, recorder):
    task = task_with(task_file, ["1"] * 40, target='doc_to_target: "{{gold}}"')
    assert not task.setup_cautions(build(task, recorder, False))


def test_where_some_have_none_they_are_counted(task_file, recorder):
    golds = ["A", "B", "C", "D", "", *["A"] * 35]
    task = task_with(task_file, golds)
    (told,) = task.setup_cautions(build(task, recorder, False))
    assert told.startswith("choice: the right answer of 2 of 40 items is none of their choices")
    with pytest.raises(RecipeError, match="2 of 40 items"):
        build(task_with(task_file, golds, "gold_logprob"), recorder, False)


@pytest.mark.parametrize("first, told", [(0, None), (3, "cannot be loaded"), (-1, None)])
def test_an_index_out_of_range_is_told(task_file, recorder, first, told):
    golds = [first, 3, 1, 2, *[0] * 36]
    if told is not None:
        with pytest.raises(RecipeError, match="is doc_to_target of its first document an index"):
            task_with(task_file, golds)
        return
    task = task_with(task_file, golds)
    (sentence,) = task.setup_cautions(build(task, recorder, False))
    assert f"{1 + (first < 0)} of 40 items" in sentence


def test_code_of_the_task_may_know_the_answer_all_the_same(task_file, recorder):
    code = "\nprocess_results: !function code.judge\n"
    file = task_file("choice", code, rows=rows_with(["D"] * 40))
    file.write_text(file.read_text().replace(*FROM_DATA))
    (file.parent / "code.py").write_text("def judge(doc, results):\n    return {'acc': 1.0}\n")
    task = Task(FitnessTerm(task=str(file), metric="acc"), Permissions((file.parent,)))
    (told,) = task.setup_cautions(build(task, recorder, False))
    assert "40 of 40 items" in told


def test_the_log_probability_of_no_answer_is_refused(task_file, recorder):
    rows = [{**row, "answer": "" if n < 3 else row["answer"]} for n, row in enumerate(ROWS)]
    file = task_file("generation", rows=rows)
    with pytest.raises(RecipeError, match="3 of 40 items have no right answer"):
        build(Task(FitnessTerm(task=str(file), metric="gold_logprob")), recorder, False)
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"))
    assert not task.setup_cautions(build(task, recorder, False))
