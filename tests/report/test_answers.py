import pytest

from evomerge.errors import UserError
from evomerge.ledger import (
    UNIFORM,
    BaselinesNamed,
    ItemScore,
    Ledger,
    Model,
    Named,
    Part,
    RankedFinalist,
    Role,
    RunBegan,
    State,
    WinnerChosen,
    Worded,
)
from evomerge.report.answers import answers

PARENT = Model(Role.PARENT, "/models/a")
ITEMS = [("t", "v", 0, "validation", ""), ("t", "s", 1, "test", ""), ("u", "v", 2, "search", "")]
QUESTIONS = [Worded("t", "v", "2 + 2 =", "4"), Worded("t", "s", "3 + 3 =", "6")]


def part(digest, split, item, text, score):
    key = ("t", item)
    return Part(
        digest,
        split,
        State.SCORED,
        scores=[ItemScore(*key, score)],
        answers={key: [[text, 1, True]]},
    )


@pytest.fixture
def folder(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(RunBegan({}, tuple(ITEMS)))
        ledger.record(BaselinesNamed((Named(PARENT, "a"), Named(UNIFORM, "u"))))
        for digest, text, score in (("a", "5", 0.0), ("w", "4", 1.0), ("f", "44", 0.5)):
            ledger.record_part(part(digest, "validation", "v", text, score), QUESTIONS[:1])
        finalists = (RankedFinalist("w", 0.5, 0.5), RankedFinalist("f", 0.5, 0.25))
        ledger.record(WinnerChosen("w", (Named(PARENT, "a"),), finalists=finalists))
    return tmp_path


def said(items):
    return [(i.item, [(a.model, a.text, a.score) for a in i.answers]) for i in items]


def test_the_answers_to_an_item_stand_together_with_the_right_one(folder):
    (item,) = answers(folder)
    assert (item.question, item.gold, item.split, item.doc_id) == ("2 + 2 =", "4", "validation", 0)
    assert said([item]) == [
        ("v", [("a", "5", 0.0), ("winner", "4", 1.0), ("finalist 1", "44", 0.5)])
    ]


def test_answers_are_chosen_by_model_task_and_whether_they_are_right(folder):
    assert said(answers(folder, model="winner")) == [("v", [("winner", "4", 1.0)])]
    assert said(answers(folder, wrong=True)) == [
        ("v", [("a", "5", 0.0), ("finalist 1", "44", 0.5)])
    ]
    assert answers(folder, model="winner", wrong=True) == []
    assert answers(folder, task="u") == []
    with pytest.raises(UserError, match=r"--task x: .* of it; it has t, u"):
        answers(folder, task="x")
    with pytest.raises(UserError, match=r"--model b: .* it has a, winner, finalist 1$"):
        answers(folder, model="b")


def test_sealed_items_are_shown_once_they_were_opened(folder):
    assert {item.split for item in answers(folder)} == {"validation"}
    with Ledger(folder, create=True) as ledger:
        ledger.record_part(part("w", "test", "s", "6", 1.0), QUESTIONS[1:])
    assert [item.split for item in answers(folder, model="winner")] == ["validation", "test"]
