"""Question, right answers and choices of a document, as text."""

import pytest

from evomerge.recipe import FitnessTerm
from evomerge.score.prompts.document import (
    choice_texts,
    gold_answer,
    gold_answers,
    gold_choices,
    question_text,
    written_target,
)
from evomerge.score.tasks.task import Task
from tests.score.small_tasks import ROWS

KINDS = {
    "choice": "acc",
    "generation": "exact_match,raw",
    "loglikelihood": "acc",
    "rolling": "bits_per_byte",
}


@pytest.fixture
def opened(task_file):
    def make(kind, extra="", rows=ROWS):
        file = task_file(kind, extra, rows)
        return Task(FitnessTerm(task=str(file), metric=KINDS[kind]))._task

    return make


@pytest.mark.parametrize(
    "kind, golds, choices",
    [
        ("choice", [ROWS[0]["answer"]], [ROWS[0]["answer"], *ROWS[0]["wrong"]]),
        ("generation", [ROWS[0]["answer"]], []),
        ("loglikelihood", [f" {ROWS[0]['answer']}"], []),
        ("rolling", [], []),
    ],
)
def test_of_every_kind_of_task(opened, kind, golds, choices):
    task = opened(kind)
    doc = task.eval_docs[0]
    assert gold_answers(task, doc) == golds
    assert gold_answer(task, doc) == (golds[0] if golds else None)
    assert choice_texts(task, doc) == choices
    asked = ROWS[0]["question"]
    assert question_text(task, doc) == (
        f"{asked} {ROWS[0]['answer']} and so it went on" if kind == "rolling" else asked
    )


def test_a_text_that_looks_like_a_list_is_one_answer_and_a_list_names_several(opened):
    rows = [{"question": "?", "answer": "[3, 4]", "several": ["3", "4", "3"]}] * 2
    text = opened("generation", rows=rows)
    assert gold_answers(text, text.eval_docs[0]) == ["[3, 4]"]
    assert written_target(text, text.eval_docs[0]) == "[3, 4]"
    several = opened("generation", '\ndoc_to_target: "{{several}}"\n', rows)
    assert gold_answers(several, several.eval_docs[0]) == ["3", "4"]
    assert written_target(several, several.eval_docs[0]) is None


@pytest.mark.parametrize("target, indices", [(0, [0]), (2, [2]), (3, []), (-1, [])])
def test_indices_beyond_the_choices_are_no_answers(opened, target, indices):
    task = opened("choice")
    task.doc_to_target = lambda doc: target
    assert gold_choices(task, task.eval_docs[0]) == indices
    task.doc_to_target = lambda doc: [target, ROWS[0]["answer"]]
    assert gold_choices(task, task.eval_docs[0]) == [*indices, 0]


def test_a_task_that_words_no_question_asks_all_of_the_document(opened):
    task = opened("generation")
    task.doc_to_text = lambda doc: " "
    assert question_text(task, {"b": 1, "a": 2}) == '{"a": 2, "b": 1}'
