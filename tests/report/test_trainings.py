from dataclasses import replace

from evomerge.ledger import (
    AdapterTrained,
    BudgetRaised,
    Cost,
    RunStopped,
    TrainingBegan,
    TrainingFailed,
    TrainingWent,
)
from evomerge.report.reading import read
from evomerge.report.spending import Spending
from evomerge.report.status import view_to_json
from evomerge.report.trainings import (
    TrainingUnderWay,
    after,
    describe_beginning,
    describe_examples,
    describe_training,
)
from tests.report.history import SEARCHED, part, records

TRAINED = AdapterTrained(
    cycle=0,
    folder="adapters/cycle-0",
    base="zoo:base",
    base_sha256="b" * 64,
    weights_sha256="0123456789abcdef",
    data_sha256="d" * 64,
    settings={"rank": 8},
    examples={"human": 1400, "program": 2},
    versions={"torch": "2"},
    steps=200,
    loss=0.25,
    cost=Cost(0.0, 24.0, 1.0, 157_440),
)
FAILED = TrainingFailed(1, "the loss is nan", Cost(0.0, 1.0, 0.0, 64))


def test_what_was_trained_is_told_in_a_sentence():
    assert describe_training(TRAINED) == (
        "after cycle 0 an adapter of zoo:base was trained on 1,400 human, 2 program items: 200 "
        "steps, 157,440 tokens in 25 s, loss 0.250 at the end (adapters/cycle-0, hash 0123456789ab)"
    )
    assert describe_training(FAILED) == "after cycle 1 no adapter was trained: the loss is nan"
    assert describe_examples({}) == "no items"


def test_a_training_that_goes_on_is_told_until_it_ends():
    began = TrainingBegan(0, 260, 1380)
    facts = [*SEARCHED, began]
    assert read(records(facts)).training == TrainingUnderWay(began)
    went = read(records([*facts, TrainingWent(0, 65)])).training
    assert (went.began, went.done, went.share) == (began, 65, 0.25)
    assert read(records([*facts, TRAINED])).training is None
    assert read(records([*facts, part("x")])).training is None, "a run that went on"
    assert describe_beginning(began) == (
        "after cycle 0 an adapter is trained: 260 steps on 1,380 items"
    )
    assert describe_beginning(TrainingBegan(-3, 9, 8)) == (
        "for a control an adapter is trained: 9 steps on 8 items"
    )


def test_trainings_are_those_since_the_budget_was_raised():
    found = ()
    for what in (TRAINED, RunStopped("x"), FAILED):
        found = after(found, what)
    assert found == (TRAINED, FAILED)
    assert after(found, BudgetRaised({"evaluations": 9}, 0.0)) == ()


def test_a_view_has_them_and_a_status_tells_them():
    view = read(records([*SEARCHED, TRAINED, FAILED]))
    assert view.trainings == (TRAINED, FAILED)
    trained, failed = view_to_json(view)["trainings"]
    assert (trained["weights_sha256"], trained["cost"]["tokens"]) == ("0123456789abcdef", 157_440)
    assert failed["reason"] == "the loss is nan"


def test_training_counts_against_the_budget():
    before, now = (read(records([*SEARCHED, *more])) for more in ((), (TRAINED, FAILED)))
    assert now.searched_tokens - before.searched_tokens == 157_440 + 64
    assert now.spending["training"] == Cost(0.0, 25.0, 1.0, 157_504)


def test_a_training_of_nothing_is_no_purpose():
    spending = Spending()
    spending.take(replace(TRAINED, cost=Cost()))
    assert spending.costs == {}
