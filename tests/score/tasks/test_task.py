"""A task of the fitness: what it is called, what judges it, and who else may ask it."""

import pytest

from evomerge.errors import RecipeError
from evomerge.ledger import Split
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.grading.grading import Grading
from evomerge.score.grading.repeated import Repeated
from evomerge.score.proof.scale import BINARY, NATS_PER_TOKEN, Scale
from evomerge.score.tasks.task import Task
from tests.score.recorder import build, recorder_for
from tests.score.small_tasks import ROWS, chat_model


def task_of(file, metric="exact_match,raw", **more):
    return Task(FitnessTerm(task=str(file), metric=metric, **more), NOTHING, "r.yaml:9: ")


def test_names_metrics_and_scales(task_file):
    generation = task_file("generation")
    task = task_of(generation)
    assert (task.name, task.metric, task.scale) == ("generation", "exact_match", BINARY)
    assert isinstance(task.grader, Grading)
    assert task.generates
    assert task_of(generation, name="mine").name == "mine"
    gold = task_of(generation, "gold_logprob")
    assert (gold.metric, gold.scale, gold.generates) == ("gold_logprob", NATS_PER_TOKEN, False)


def test_several_answers_are_one_score(task_file):
    task = task_of(task_file("generation"), temperature=0.5, repeats=4, reduce="mean")
    assert task.metric == "exact_match mean of 4"
    assert isinstance(task.grader, Repeated)
    assert task.grader.scale == Scale(0.0, 1.0)


def test_another_model_is_asked_beside_the_first(task_file, recorder, tmp_path):
    task = task_of(task_file("choice"), "acc")
    items = build(task, recorder, False)
    other = task.for_another_model()
    chat = recorder_for(chat_model(tmp_path / "chat"))
    asked = other.ask(items[:3], chat, True)
    assert [item.id for item in asked] == [item.id for item in items[:3]]
    assert asked[0].requests != items[0].requests
    assert task.grading.doc(items[20])["question"] == ROWS[20]["question"]
    with pytest.raises(KeyError):
        other.grading.doc(items[20])


def test_right_answers_and_leaks(task_file, recorder):
    task = task_of(task_file("generation"))
    items = build(task, recorder, False)
    assert task.right(items[0]) == (ROWS[0]["answer"], [])
    clean = task.leaks(items, ["what is it?"] * len(items))
    assert not clean.suspect
    told = task.leaks(items, [f"it is {row['answer']}." for row in ROWS])
    assert told.share == 1.0
    assert task.leaks([], []).share == 0.0


def test_a_system_turn_that_nobody_hears_is_refused(task_file, tmp_path):
    folder = chat_model(tmp_path / "chat")
    text = (tmp_path / "chat" / "tokenizer_config.json").read_text()
    heard = "{% for m in messages %}"
    assert heard in text
    (tmp_path / "chat" / "tokenizer_config.json").write_text(
        text.replace(heard, "{% for m in messages if m.role != 'system' %}")
    )
    task = task_of(task_file("generation"), system="Be brief.")
    items = build(task, recorder_for(folder), True)
    with pytest.raises(
        RecipeError, match=r"r.yaml:9: .* system: the chat template has no system turn"
    ):
        task.setup_cautions(items)


def test_splits_in_which_nothing_counts_are_told_by_their_names(task_file, recorder):
    code = "\nprocess_results: !function own.some\n"
    file = task_file("generation", code)
    (file.parent / "own.py").write_text(
        "def some(doc, results):\n"
        "    return {'exact_match': 1.0} if int(doc['answer']) < 60 else {}\n"
    )
    term = FitnessTerm(task=str(file), metric="exact_match,raw")
    task = Task(term, Permissions((file.parent,)), "r.yaml:9: ")
    items = build(task, recorder, False)
    low = [item for item in items if int(item.gold) < 60]
    high = [item for item in items if int(item.gold) >= 60]
    task.divided({Split.SEARCH: low, Split.TEST: low})
    with pytest.raises(RecipeError, match="'exact_match' is given for no test item"):
        task.divided({Split.SEARCH: low, Split.TEST: high})
