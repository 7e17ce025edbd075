"""What an answer brings to a trial."""

import math
from dataclasses import replace

import pytest

from evomerge.engine.request import Likely
from evomerge.errors import Stopped, TrialError
from evomerge.ledger import Cost, Place, Split, State
from evomerge.run.evaluation.judged import Begun, judged
from evomerge.run.evaluation.offspring import Offspring
from evomerge.score.benchmark import Benchmark
from evomerge.workers.protocol import Answer
from tests.run.fakes import FirstValue, items, prepared

READY = prepared()
ITEMS = items("search", 3)
OFFSPRING = Offspring(READY.recipe, "d")
BEGUN = Begun(READY.benchmark, OFFSPRING, Split.SEARCH, range(3), ITEMS, (), "asked", [])
RIGHT = [(Likely(float(n), False),) for n in range(3)]


def answer(responses=RIGHT, prompts="asked", state=State.SCORED, reason=""):
    return Answer(0, state, reason, responses, Cost(1.0, 2.0, 0.5, 7), "w1", prompts)


def part(answered, begun=BEGUN, benchmark=READY.benchmark):
    return judged(replace(begun, benchmark=benchmark), answered)


def test_scores_and_cost_are_the_answers():
    made = part(answer())
    assert [(score.item, score.value) for score in made.scores] == [
        ("search000", 0.0), ("search001", 1.0), ("search002", 2.0)
    ]  # fmt: skip
    assert (made.state, made.cost.tokens, made.worker) == (State.SCORED, 7, "w1")
    assert made.answers[ITEMS[1].key] == [[1.0, False]]
    assert made.audit == {}


def test_what_the_search_asked_for_keeps_no_answers():
    placed = replace(BEGUN, offspring=replace(OFFSPRING, place=Place(0, 0, 0)))
    assert part(answer(), placed).answers == {}
    assert part(answer(), replace(placed, split=Split.VALIDATION)).answers


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("compared", [True, True, True, False]),
        ("all", [True, True, True, True]),
        ("none", [False, False, True, False]),
    ],
)
def test_a_recipe_says_which_answers_are_kept(keep, kept):
    placed = replace(OFFSPRING, place=Place(0, 0, 0))
    asked = [
        replace(BEGUN, keep=keep),
        replace(BEGUN, keep=keep, offspring=placed, split=Split.VALIDATION),
        replace(BEGUN, keep=keep, offspring=placed, split=Split.TEST),
        replace(BEGUN, keep=keep, offspring=placed),
    ]
    assert [bool(part(answer(), begun).answers) for begun in asked] == kept


def test_other_splits_than_search_are_audited():
    made = part(answer(), replace(BEGUN, split=Split.TEST))
    assert made.audit["t"]["items"] == 3


@pytest.mark.parametrize(
    "answered, reason",
    [
        (answer(prompts="others"), "was asked other prompts than intended"),
        (answer([(Likely(math.nan, False),)] * 3), "a log-likelihood is not finite"),
        (answer(state=State.FAILED, reason="out of memory"), "out of memory"),
    ],
)
def test_what_is_no_answer_fails_the_trial(answered, reason):
    made = part(answered)
    assert (made.state, made.reason, made.cost.tokens) == (State.FAILED, reason, 7)
    assert not made.scores


def test_what_cannot_be_judged_fails_and_a_judge_that_is_gone_stops():
    class Gone(FirstValue):
        error = TrialError("no grade")

        def grade(self, items, responses):
            raise self.error

    term = replace(READY.benchmark.terms[0], grader=Gone())
    made = part(answer(), benchmark=Benchmark([term]))
    assert (made.state, made.reason) == (State.FAILED, "task t: no grade")
    Gone.error = Stopped("nobody answers")
    with pytest.raises(Stopped, match="nobody answers"):
        part(answer(), benchmark=Benchmark([term]))
