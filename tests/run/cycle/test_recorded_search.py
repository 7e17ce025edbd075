"""What a cycle's search asks for, and what becomes of it."""

import pytest

from evomerge.ledger import Asked, Ledger, Place, Split, Told
from evomerge.run.cycle.budget import Spent
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.cycle.recorded_search import MORE, RecordedSearch
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import near_peak, prepared


@pytest.fixture
def parts(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ready = prepared("evaluations: 40")
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        yield ledger, evaluations, RecordedSearch(0, ready, evaluations, ledger, Spent())


def told(parts, asked):
    _, evaluations, candidates = parts
    offspring = [each.offspring for each in asked]
    trials = evaluations.score(offspring, Split.SEARCH, FakeWorkers(near_peak))
    for each, trial in zip(offspring, trials, strict=True):
        candidates.count(each, trial)
    candidates.tell(asked, [Raced(trial) for trial in trials])
    return trials


def test_what_is_asked_and_told_is_on_record_at_once(parts):
    ledger, _, candidates = parts
    asked = candidates.ask()
    assert [one.place for one in ledger.all_of(Asked)] == [Place(0, 0, i) for i in range(4)]
    assert not ledger.all_of(Told)
    trials = told(parts, asked)
    assert [one.objectives[0].value for one in ledger.all_of(Told)] == [t.fitness for t in trials]
    assert [one.number for one in candidates.ask(2)] == [4, 5]


def test_the_best_are_kept_and_what_they_cost_is_counted(parts):
    _, _, candidates = parts
    trials = [trial for _ in range(5) for trial in told(parts, candidates.ask())]
    best = sorted(trials, key=lambda trial: -trial.fitness)[: 4 + MORE]
    assert [one.digest for one in candidates.best()] == [trial.digest for trial in best]
    assert (candidates.spent.evaluations, candidates.spent.tokens) == (20, 200)


def test_the_middle_is_an_offspring_that_nobody_asked_for(parts):
    _, _, candidates = parts
    told(parts, candidates.ask())
    assert candidates.mean().place is None
