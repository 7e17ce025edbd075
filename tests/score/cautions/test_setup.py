"""All that keeps models from scoring on one task, told together."""

from evomerge.recipe import Asking, FitnessTerm
from evomerge.score.cautions.setup import SetUp
from evomerge.score.items.item import Item
from evomerge.score.tasks.task import Task

ITEM = Item("t", "i", 0, ())


def test_a_task_that_is_asked_as_it_should_be_has_no_cautions(task_file):
    file = task_file("generation")
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"))._task
    named = {"until": ["\n"], "max_gen_toks": 5}
    setup = SetUp(task, "exact_match,raw", True, named, file, None, False)
    assert [*setup.cautions([ITEM], [task.eval_docs[0]])] == []


def test_cuts_limits_and_repeated_keys_are_told_in_this_order(task_file):
    file = task_file("generation", "\nmetadata: {version: 1}\nmetadata: {version: 2}\n")
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"))._task
    cut = Item("t", "i", 0, (), cut=3)
    setup = SetUp(task, "exact_match,raw", True, {"until": ["\n"]}, file, None, False)
    told = [*setup.cautions([cut], [task.eval_docs[0]])]
    assert len(told) == 3
    assert "1 of 1 prompts are longer than the model reads" in told[0]
    assert "its answers have 5 tokens at most" in told[1]
    assert "metadata" in told[2]


def test_a_task_hands_on_what_its_recipe_names(task_file, recorder):
    term = FitnessTerm(task=str(task_file("generation")), metric="exact_match,raw", max_gen_toks=3)
    task = Task(term, asking=Asking())
    items = task.ask(task.questions(), recorder, False)
    assert task.setup_cautions(items) == []
