"""What a model is asked, in the place of lm-eval's requests."""

from types import SimpleNamespace

import pytest

from evomerge.engine.request import Generation
from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.asking import by_document
from evomerge.score.tasks.task import Task
from tests.score.recorder import build
from tests.score.small_tasks import ROWS


def test_instances_are_grouped_by_document_in_the_order_of_asking():
    instances = [SimpleNamespace(doc_id=d, idx=i) for d, i in ((0, 1), (1, 0), (0, 0), (1, 1))]
    found = by_document(SimpleNamespace(instances=instances))
    assert {doc: [one.idx for one in of] for doc, of in found.items()} == {0: [0, 1], 1: [0, 1]}


def test_some_items_are_asked_as_all_are(task_file, recorder):
    term = FitnessTerm(task=str(task_file("choice")), metric="acc", num_fewshot=2)
    every = build(Task(term), recorder, False)
    task = Task(term)
    some = task.ask([*reversed(task.questions()[5:8])], recorder, False)
    assert some == every[5:8]
    assert [len(item.requests) for item in some] == [3, 3, 3]
    assert task.grading.doc(some[0])["question"] == ROWS[5]["question"]


def test_drawn_answers_are_asked_for_one_by_one(task_file, recorder):
    term = FitnessTerm(
        task=str(task_file("generation")), metric="exact_match,raw", temperature=0.5, repeats=3
    )
    item = build(Task(term, seed=4), recorder, False)[0]
    assert len(item.requests) == 3
    assert all(isinstance(request, Generation) for request in item.requests)
    assert len({request.sampling for request in item.requests}) == 3


def test_what_does_not_fit_the_model_is_told_with_its_document(task_file, recorder):
    term = FitnessTerm(
        task=str(task_file("generation")), metric="exact_match,raw", max_gen_toks=10_000
    )
    with pytest.raises(
        RecipeError, match=r"document 0 does not fit .*; say a smaller max_gen_toks"
    ):
        build(Task(term, NOTHING, "r.yaml:9: "), recorder, False)
