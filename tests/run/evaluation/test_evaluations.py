import math
from dataclasses import replace

import pytest

from evomerge.engine.request import Likely, prompt_hash
from evomerge.errors import Interrupted, SplitError
from evomerge.ledger import ItemScore, Ledger, Place, Split, State
from evomerge.recipe import Genome
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import FirstValue, answered, near_peak, prepared

PREPARED = prepared()


def offspring(*weights):
    genome = Genome(PREPARED.recipe)
    recipes = [genome.decode(vector) for vector in weights]
    return [
        Offspring(recipe, PREPARED.digest(recipe), Place(0, 0, n))
        for n, recipe in enumerate(recipes)
    ]


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


@pytest.fixture
def evaluations(ledger):
    return Evaluations(ledger, prepared().benchmark, lambda: None)


def test_parts_and_trials_come_in_the_order_of_asking_whatever_the_order_of_ending(
    evaluations, ledger
):
    workers = FakeWorkers(near_peak, capacity=3, newest_first=True)
    asked = offspring((0.2, 0.9), (0.5, 0.5), (0.1, 0.1), (0.9, 0.2))
    trials = evaluations.score(asked, Split.SEARCH, workers)
    assert [trial.place.position for trial in trials] == [0, 1, 2, 3]
    assert [trial.digest for trial in trials] == [w.digest for w in asked]
    assert [part.digest for part in ledger.parts()] == [w.digest for w in asked]
    assert trials[0].fitness == pytest.approx(0.01)
    assert trials[1].fitness == pytest.approx(0.01 - 0.09 - 0.16)
    assert trials[0].cost.tokens == 10


def test_the_same_recipe_is_scored_once(evaluations):
    workers = FakeWorkers(near_peak)
    first, second, again = evaluations.score(
        offspring((0.2, 0.9), (0.5, 0.5), (0.2, 0.9)), Split.SEARCH, workers
    )
    assert (first.digest, first.scores) == (again.digest, again.scores)
    assert first.scores != second.scores
    assert len(workers.submitted) == 2
    evaluations.score(offspring((0.5, 0.5)), Split.SEARCH, workers)
    assert len(workers.submitted) == 2
    evaluations.score(offspring((0.5, 0.5)), Split.VALIDATION, workers)
    assert len(workers.submitted) == 3


def test_what_the_ledger_holds_is_not_done_again(evaluations, ledger):
    asked = offspring((0.2, 0.9), (0.5, 0.5))
    before = evaluations.score(asked, Split.SEARCH, FakeWorkers(near_peak))
    workers = FakeWorkers(near_peak)
    resumed = Evaluations(ledger, PREPARED.benchmark, lambda: None)
    after = resumed.score(asked, Split.SEARCH, workers)
    assert not workers.submitted
    assert [(t.fitness, list(t.scores)) for t in after] == [
        (t.fitness, list(t.scores)) for t in before
    ]


def test_no_more_begins_than_is_admitted(evaluations):
    workers = FakeWorkers(near_peak, capacity=2)
    asked = offspring((0.1, 0.9), (0.2, 0.5), (0.3, 0.9), (0.4, 0.9))
    evaluations.ask(asked, Split.SEARCH, workers, admits=lambda: len(workers.submitted) < 3)
    complete = [evaluations.is_complete(w, Split.SEARCH) for w in asked]
    assert complete == [True, True, True, False]


def test_items_are_asked_in_parts_and_none_twice(evaluations, ledger):
    workers, (one,) = FakeWorkers(near_peak), offspring((0.2, 0.9))
    keys = [item.key for item in PREPARED.benchmark.items(Split.SEARCH)]
    evaluations.ask([one], Split.SEARCH, workers, [keys[2]])
    assert set(evaluations.results(one.digest, Split.SEARCH).scores) == {keys[2]}
    (trial,) = evaluations.score([one], Split.SEARCH, workers)
    assert [job.chosen for job in workers.submitted] == [(2,), (0, 1)]
    assert trial.items == 3
    assert trial.fitness == pytest.approx(0.01)
    assert trial.cost.tokens == 20
    resumed = Evaluations(ledger, PREPARED.benchmark, lambda: None)
    (again,) = resumed.score([one], Split.SEARCH, workers)
    assert len(workers.submitted) == 2
    assert (again.fitness, again.task_means) == (trial.fitness, trial.task_means)


def test_who_was_asked_other_prompts_than_intended_has_failed(evaluations):
    def swapped(job):
        return replace(near_peak(job), prompts=prompt_hash(job.asked[::-1]))

    (trial,) = evaluations.score(offspring((0.2, 0.9)), Split.SEARCH, FakeWorkers(swapped))
    assert (trial.state, trial.fitness) == (State.FAILED, None)
    assert "other prompts" in trial.reason


def test_a_worker_that_takes_no_numbers_for_scores_is_not_believed(evaluations, monkeypatch):
    """Of choices that are all NaN lm-eval takes the first, which may well be right."""
    monkeypatch.setattr(FirstValue, "grade", lambda self, items, responses: right(items))

    def right(items):
        return [ItemScore(item.task, item.id, 1.0) for item in items]

    def no_number(job):
        return answered(job, [(Likely(math.nan, False),)] * 3)

    (trial,) = evaluations.score(offspring((0.2, 0.9)), Split.SEARCH, FakeWorkers(no_number))
    assert (trial.state, trial.fitness) == (State.FAILED, None)
    assert trial.reason == "a log-likelihood is not finite"


def test_what_is_under_way_at_a_stop_is_cancelled_and_done_when_resumed(ledger):
    calls = []

    def checkpoint():
        calls.append(1)
        if len(calls) == 2:
            raise Interrupted("interrupted")

    asked = offspring((0.1, 0.9), (0.2, 0.5), (0.3, 0.9))
    evaluations = Evaluations(ledger, PREPARED.benchmark, checkpoint)
    with pytest.raises(Interrupted):
        evaluations.score(asked, Split.SEARCH, FakeWorkers(near_peak, capacity=2))
    assert [part.state for part in ledger.parts()] == [State.SCORED]
    assert [trial.state for trial in ledger.trials()] == [State.CANCELLED] * 2
    workers = FakeWorkers(near_peak)
    resumed = Evaluations(ledger, PREPARED.benchmark, lambda: None)
    trials = resumed.score(asked, Split.SEARCH, workers)
    assert [trial.state for trial in trials] == [State.SCORED] * 3
    assert len(workers.submitted) == 2


def test_a_failed_trial_is_recorded_with_its_reason_and_not_repeated(evaluations, ledger):
    workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "no memory"))
    for _ in range(2):
        (trial,) = evaluations.score(offspring((0.2, 0.9)), Split.SEARCH, workers)
        assert (trial.state, trial.reason, trial.fitness) == (State.FAILED, "no memory", None)
    assert len(workers.submitted) == 1
    assert len(ledger.trials()) == 1


def test_the_test_items_cannot_be_asked_for(evaluations):
    workers = FakeWorkers(near_peak)
    with pytest.raises(SplitError, match="sealed"):
        evaluations.score(offspring((0.2, 0.9)), Split.TEST, workers)
    assert not workers.submitted
