"""Generations raced: who is cut, and what the search is told of it."""

import pytest

from evomerge.engine.request import Likely
from evomerge.ledger import Ledger, Place, State
from evomerge.recipe import Genome
from evomerge.run.cycle.racing import CUT, Racing
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import answered, prepared, weights_of


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


def workers():
    """Who weighs more gets more items right."""

    def answer(job):
        share = weights_of(job.recipe)[0]
        chosen = range(len(job.requests)) if job.chosen is None else job.chosen
        return answered(
            job, [(Likely(float((7 * n) % 100 < round(100 * share)), False),) for n in chosen]
        )

    return FakeWorkers(answer)


def generation(ready, *weights):
    genome = Genome(ready.recipe)
    recipes = [genome.decode((weight, 0.5)) for weight in weights]
    return [Offspring(r, ready.digest(r), Place(0, 0, n)) for n, r in enumerate(recipes)]


def racing(ledger, race):
    ready = prepared(race=race, count=100)
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    return Racing(ready, evaluations, 0), ready


def test_without_a_race_all_are_scored_in_full(ledger):
    races, ready = racing(ledger, "false")
    raced = races.generation(generation(ready, 0.1, 0.9), 0, 1, workers(), lambda: True)
    assert [one.trial.items for one in raced] == [100, 100]
    assert [one.trial.fitness for one in raced] == pytest.approx([0.1, 0.9])


def test_a_race_cuts_those_that_cannot_matter(ledger):
    races, ready = racing(ledger, "{error: 0.05}")
    raced = races.generation(
        generation(ready, 0.02, 0.9, 0.85, 0.05), 0, 2, workers(), lambda: True
    )
    states = [one.trial.state for one in raced]
    assert states == [State.PRUNED, State.SCORED, State.SCORED, State.PRUNED]
    assert raced[0].trial.reason == CUT
    assert raced[0].trial.items < 100
    assert raced[0].outcome.errors != (0.0,)
    assert not races.broken_off


def test_a_race_that_is_not_let_on_leaves_candidates_untold(ledger):
    races, ready = racing(ledger, "{error: 0.05}")
    raced = races.generation(generation(ready, 0.1, 0.9), 0, 1, workers(), lambda: False)
    assert raced == [None, None]
    assert races.broken_off


def test_the_same_race_has_the_same_samples(ledger, tmp_path_factory):
    asked = []
    for folder in (ledger, None):
        with Ledger(tmp_path_factory.mktemp("again"), create=True) as opened:
            races, ready = racing(folder or opened, "{error: 0.05}")
            crew = workers()
            races.generation(generation(ready, 0.1, 0.9, 0.5), 3, 1, crew, lambda: True)
            asked.append([(job.chosen, weights_of(job.recipe)) for job in crew.submitted])
    assert asked[0] == asked[1]


def test_the_last_race_is_won_by_the_best_over_all_items(ledger):
    races, ready = racing(ledger, "{error: 0.05}")
    trials = races.final(generation(ready, 0.2, 0.9, 0.5, 0.7), 2, workers())
    assert [trial.items for trial in trials] == [100, 100]
    assert [trial.fitness for trial in trials] == pytest.approx([0.9, 0.7])
