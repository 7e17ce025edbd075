"""What the search is told of a candidate."""

import math

import pytest

from evomerge.ledger import ItemScore, Ledger, State, Trial
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.cycle.search import Search
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from tests.run.cycle.test_cycle import RACED, noisy
from tests.run.fakes import prepared


def test_a_trial_says_what_is_told():
    scores = (ItemScore("t", "a", 0.25), ItemScore("t", "b", 0.75))
    pruned = Trial(
        "d", "search", {}, State.PRUNED, "cut", fitness=0.5, violation=0.1, scores=scores
    )
    told = Raced(pruned, 0.05).outcome
    assert (told.objectives, told.errors, told.violation) == ((0.5,), (0.05,), 0.1)
    assert told.cut
    assert told.failure is None
    assert told.scores == {("t", "a"): 0.25, ("t", "b"): 0.75}


def test_a_failure_is_told_with_its_reason():
    told = Raced(Trial("d", "search", {}, State.FAILED, "out of memory")).outcome
    assert told.failure == "out of memory"
    assert told.objectives == ()


@pytest.fixture
def told(monkeypatch):
    """Every candidate and outcome that a search is told of."""
    history, tell = [], Search.tell

    def listen(search, candidate, outcome):
        history.append((candidate, outcome))
        tell(search, candidate, outcome)

    monkeypatch.setattr(Search, "tell", listen)
    return history


def run(folder, **more):
    ready = prepared("evaluations: 40", **more)
    with Ledger(folder, create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        cycle = Cycle(0, ready, evaluations, ledger, Spent())
        cycle.run(FakeWorkers(noisy), Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
        return ledger.trials()


def test_raced_candidates_are_told_as_estimates_with_their_errors(told, tmp_path):
    """Each by its own trial alone, whoever else was in its generation."""
    recorded = {(t.place.generation, t.place.position): t for t in run(tmp_path, **RACED)[::-1]}
    assert len(told) == 40
    assert [candidate.number for candidate, _ in told] == [*range(40)]
    for candidate, outcome in told:
        trial = recorded[candidate.generation, candidate.position]
        assert outcome.objectives == (trial.fitness,)
        assert outcome.cut == (trial.state is State.PRUNED)
        assert len(outcome.scores) == trial.items < 120
        assert 0 <= outcome.errors[0] < 0.3
    assert any(outcome.cut for _, outcome in told)
    deviations = [
        (outcome.objectives[0] - exact(candidate.genome)) / outcome.errors[0]
        for candidate, outcome in told
        if outcome.errors[0] and not outcome.cut
    ]
    assert len(deviations) > 20
    assert sum(abs(deviation) < 3 for deviation in deviations) >= 0.9 * len(deviations)


def exact(genome):
    """The score on all 120 items."""
    a, b = (round(x * 2**20) / 2**20 for x in genome)
    distance = abs(a - 0.2) + abs(b - 0.9)
    return math.fsum(distance < (7 * n) % 120 / 120 for n in range(120)) / 120


def test_without_a_race_values_are_exact(told, tmp_path):
    run(tmp_path, count=120)
    assert {outcome.errors for _, outcome in told} == {(0.0,)}
    for candidate, outcome in told:
        assert outcome.objectives[0] == pytest.approx(exact(candidate.genome))
        assert len(outcome.scores) == 120
