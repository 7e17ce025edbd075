import pytest

from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task


def reader(name):
    task = Task(FitnessTerm(task=name, metric="acc" if name == "zoo_largest" else "exact_match"))
    return task, task.documents.reader


def test_a_documents_own_item_is_read_again():
    task, read = reader("zoo_largest")
    item = task.questions()[0]
    again = read.item(task.docs[item.id], "zoo_largest")
    assert (again.id, again.text, again.gold, again.choices) == (
        *(item.id, item.text, item.gold),
        item.choices,
    )
    assert again.doc_id == -1


def test_a_new_document_has_question_and_answer():
    _, read = reader("zoo_arithmetic")
    document = {"question": "1 + 1 in digits =", "answer": "2"}
    assert (read.question(document), read.gold(document)) == ("1 + 1 in digits =", "2")


def test_what_the_task_cannot_read_is_told():
    _, read = reader("zoo_arithmetic")
    with pytest.raises(ValueError, match="the task cannot read it"):
        read.question({"answer": "2"})
