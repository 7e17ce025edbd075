"""What is odd about how a model answered, from what its trials left."""

from dataclasses import asdict, replace

import pytest

from evomerge.ledger import Cost, ItemScore, Ledger, Model, Part, Role, Split, State
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.promotion.comparing import Comparing
from evomerge.run.promotion.flags import audit_flags, leak_flags, shipped_flags
from evomerge.score.audits.audit import audit_scores
from evomerge.score.audits.leak import leaks
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.scale import BINARY
from tests.run.fakes import A, B, prepared

READY = prepared(count=60)
TERM = replace(READY.benchmark.terms[0], scale=BINARY)
WINNER, OURS = (
    Offspring(READY.recipe, "w"),
    {A: Offspring(READY.recipe, "a"), B: Offspring(READY.recipe, "b")},
)


@pytest.fixture
def evaluations(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        yield Evaluations(ledger, READY.benchmark, lambda: None)


def audited(evaluations, digest, **change):
    plain = asdict(replace(audit_scores([1.0, 0.0] * 30), **change))
    part = Part(digest, "test", State.SCORED, cost=Cost(), audit={"t": plain})
    evaluations.results(digest, Split.TEST).take(part)


def flagged(evaluations, benchmark=READY.benchmark):
    return [f.what for f in audit_flags(benchmark, evaluations, WINNER, OURS, Split.TEST)]


def test_a_winner_that_is_cut_where_parents_are_not_is_flagged(evaluations):
    audited(evaluations, "a")
    audited(evaluations, "b", score=0.75)
    audited(evaluations, "w")
    assert flagged(evaluations) == []
    audited(evaluations, "w", score=0.9, truncated=0.6, truncated_right=0.5)
    assert flagged(evaluations)
    idle = Benchmark([replace(TERM, weight=0.0)])
    assert flagged(evaluations, idle) == [], "what decides nothing is not looked at"


def test_without_a_parents_audit_nothing_is_compared(evaluations):
    audited(evaluations, "w", truncated=0.6, truncated_right=0.5)
    assert flagged(evaluations) == []


def scores(right):
    return [ItemScore("t", f"test{n:03d}", float((7 * n) % 60 < right)) for n in range(60)]


def test_a_parent_that_the_recipe_damages_is_flagged():
    comparing = Comparing(Benchmark([TERM]), 0.05, 3)
    form = Model(Role.SHIPPED, "A as shipped")
    (flag,) = shipped_flags(comparing, {form: scores(50), A: scores(10)}, {form: A})
    assert (flag.what, flag.winner, flag.reference) == ("as_shipped", 10 / 60, 50 / 60)
    assert "t: A as shipped scores 0.833, and 0.167 as the recipe reads it" in flag.sentence
    assert shipped_flags(comparing, {form: scores(31), A: scores(30)}, {form: A}) == []


def test_a_task_that_shows_its_answers_is_flagged():
    golds = [f"answer {n}" for n in range(40)]
    told = leaks([f"it is {gold}" for gold in golds], golds, [[]] * 40)
    (flag,) = leak_flags(Benchmark([replace(TERM, leaks=told)]))
    assert (flag.task, flag.what, flag.winner) == ("t", "leak", 1.0)
    clean = leaks(["what is it?"] * 40, golds, [[]] * 40)
    assert leak_flags(Benchmark([replace(TERM, leaks=clean)])) == []
    assert leak_flags(Benchmark([replace(TERM, leaks=told, weight=0.0)])) == []
