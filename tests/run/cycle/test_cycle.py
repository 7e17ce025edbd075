"""The loop over a fake worker: what is asked, counted and learnt is a function of the history."""

import contextlib
import itertools
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.engine.request import Likely
from evomerge.errors import Interrupted
from evomerge.ledger import Asked, Cost, CycleEnded, Ledger, State, Told
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import PEAK, answered, near_peak, prepared, weights_of


def searched(ledger, budget, workers, number=0, **more):
    """A cycle that has run, and what it spent."""
    ready, spent = prepared(budget, **more), Spent()
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    cycle = Cycle(number, ready, evaluations, ledger, spent)
    cycle.run(workers, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
    return cycle, spent


def found(cycle):
    return [elite.digest for elite in cycle.elites]


def test_the_search_comes_to_the_peak(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        cycle, spent = searched(ledger, "evaluations: 120", FakeWorkers(near_peak))
    assert (spent.evaluations, spent.tokens) == (120, 1200)
    assert all(
        abs(w - p) < 0.02 for w, p in zip(weights_of(cycle.finalists[-1].recipe), PEAK, strict=True)
    )


@settings(deadline=None, max_examples=25)
@given(
    limit=st.integers(1, 400),
    capacity=st.integers(1, 5),
    newest_first=st.booleans(),
    scale=st.integers(1, 40),
)
def test_the_budget_cuts_at_the_same_candidate_with_any_number_of_workers(
    tmp_path_factory, limit, capacity, newest_first, scale
):
    def tokens(job):
        return int(100 * weights_of(job.recipe)[0]) % scale + 1

    def answer(job):
        return near_peak(job, tokens)

    outcomes = []
    for workers in (FakeWorkers(answer), FakeWorkers(answer, capacity, newest_first)):
        with Ledger(tmp_path_factory.mktemp("run"), create=True) as ledger:
            cycle, spent = searched(ledger, f"tokens: {limit}, evaluations: 60", workers)
            # Overrun by no more than a generation.
            earlier = ledger.trials()[:-4]
            assert sum(trial.cost.tokens for trial in earlier) < limit
            outcomes.append((found(cycle), spent, cycle.finalists[-1].digest))
    assert outcomes[0] == outcomes[1]


def test_a_repeated_cycle_ends_where_time_ended_it(tmp_path):
    """Minutes ended the first; the second has no clock, and must ask for nothing more."""
    ready, spent = prepared("minutes: 1"), Spent()
    with Ledger(tmp_path, create=True) as ledger:
        workers = FakeWorkers(near_peak)
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        first = Cycle(0, ready, evaluations, ledger, spent)
        clock = Allowance(ready.evolve.budget, 1.0, lambda: 5.0 * len(workers.submitted))
        first.run(workers, clock)
        assert len(workers.submitted) == 12
        again, _ = searched(ledger, "minutes: 1", workers)
        assert len(workers.submitted) == 12
        assert found(again) == found(first)
        assert again.finalists[-1].digest == first.finalists[-1].digest
        assert len(ledger.all_of(CycleEnded)) == 1


def test_failures_rank_last_and_a_generation_of_them_teaches_nothing(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "NaN"))
        cycle, spent = searched(ledger, "evaluations: 10", workers)
    assert found(cycle) == []
    assert spent.evaluations == 10
    assert weights_of(cycle.finalists[-1].recipe) == (0.5, 0.5)


def test_a_search_of_which_a_third_fails_stays_finite_and_goes_on(tmp_path):
    chance = random.Random(5)

    def answer(job):
        failed = Answer(job.key, State.FAILED, "LinAlgError: SVD did not converge")
        return failed if chance.random() < 0.3 else near_peak(job)

    with Ledger(tmp_path, create=True) as ledger:
        cycle, spent = searched(ledger, "evaluations: 120", FakeWorkers(answer, 4))
        genomes = [value for asked in ledger.all_of(Asked) for value in asked.genome]
        told = ledger.all_of(Told)
    assert spent.evaluations == 120
    assert 20 < sum(one.state is State.FAILED for one in told) < 55
    assert all(0 <= value <= 1 for value in genomes)
    assert all(math.isfinite(each.value) for one in told for each in one.objectives)
    mean = weights_of(cycle.finalists[-1].recipe)
    assert all(abs(w - p) < 0.1 for w, p in zip(mean, PEAK, strict=True)), "and it still learns"


def test_cycles_search_with_seeds_of_their_own(tmp_path):
    asked = []
    for number in (0, 1):
        with Ledger(tmp_path, create=True) as ledger:
            workers = FakeWorkers(near_peak)
            searched(ledger, "evaluations: 4", workers, number)
            asked.append([weights_of(job.recipe) for job in workers.submitted])
    assert len(asked[0]) == len(asked[1]) == 4
    assert not set(asked[0]) & set(asked[1])


@pytest.mark.parametrize("stop_after", range(1, 10))
def test_a_resumed_search_asks_for_no_more_than_was_left(tmp_path, stop_after):
    """Wherever in a generation it was stopped."""
    (tmp_path / "whole").mkdir()
    with Ledger(tmp_path / "whole", create=True) as whole:
        expected, _ = searched(whole, "evaluations: 10", FakeWorkers(near_peak))
    ready = prepared("evaluations: 10")
    with Ledger(tmp_path, create=True) as ledger:
        looks = itertools.count(1)

        def checkpoint():
            if next(looks) == stop_after:
                raise Interrupted("now")

        evaluations = Evaluations(ledger, ready.benchmark, checkpoint)
        cycle = Cycle(0, ready, evaluations, ledger, Spent())
        with pytest.raises(Interrupted):
            cycle.run(FakeWorkers(near_peak, 2), Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
        resumed, spent = searched(ledger, "evaluations: 10", FakeWorkers(near_peak))
        scored = [part.digest for part in ledger.parts()]
    assert found(resumed) == found(expected)
    assert spent.evaluations == len(scored) == len(set(scored)) == 10


RACED = {"race": "{error: 0.05}", "count": 120}
"""120 search items, of which few are asked of most candidates."""


def noisy(job):
    """The peak is where it was; an item tells it with noise of its own, the same for all."""
    a, b = weights_of(job.recipe)
    distance = abs(a - PEAK[0]) + abs(b - PEAK[1])
    hardness = [(7 * n) % 120 / 120 for n in job.chosen or range(len(job.requests))]
    return answered(job, [(Likely(float(distance < h), False),) for h in hardness], Cost(tokens=1))


def test_a_race_comes_to_the_peak_with_a_fraction_of_the_items(tmp_path):
    asked = {}
    for name, more in (("full", {"count": 120}), ("raced", RACED)):
        (tmp_path / name).mkdir()
        with Ledger(tmp_path / name, create=True) as ledger:
            cycle, spent = searched(ledger, "evaluations: 80", FakeWorkers(noisy), **more)
            asked[name] = sum(len(part.scores) for part in ledger.parts(with_scores=True))
            states = {trial.state for trial in ledger.trials()}
        best = weights_of(cycle.elites[0].recipe)
        assert sum(abs(w - p) for w, p in zip(best, PEAK, strict=True)) < 0.15
        assert spent.evaluations == 80
    assert asked["full"] == 80 * 120
    assert asked["raced"] < asked["full"] / 3
    assert State.PRUNED in states


def test_elites_of_a_race_are_scored_on_all_items_whatever_they_seemed(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        cycle, _ = searched(ledger, "evaluations: 40", FakeWorkers(noisy), **RACED)
        last = {trial.digest: trial for trial in ledger.trials()}
    assert len(cycle.elites) == 4
    elites = [last[elite.digest] for elite in cycle.elites]
    assert {trial.items for trial in elites} == {120}
    assert [t.fitness for t in elites] == sorted((t.fitness for t in elites), reverse=True)


@pytest.mark.parametrize("capacity, newest_first", [(2, False), (3, True)])
def test_a_race_is_the_same_with_any_number_of_workers(tmp_path, capacity, newest_first):
    outcomes = []
    for name, workers in (("a", FakeWorkers(noisy)), ("b", FakeWorkers(noisy, 3, newest_first))):
        (tmp_path / name).mkdir()
        with Ledger(tmp_path / name, create=True) as ledger:
            cycle, spent = searched(ledger, "evaluations: 30", workers, **RACED)
            trials = [(t.digest, t.items, t.fitness, t.state, t.place) for t in ledger.trials()]
        outcomes.append((found(cycle), spent, trials))
    assert outcomes[0] == outcomes[1]


@settings(deadline=None, max_examples=15)
@given(stop_after=st.integers(1, 60), capacity=st.integers(1, 3))
def test_a_race_that_was_stopped_anywhere_ends_like_one_that_was_not(
    tmp_path_factory, stop_after, capacity
):
    with Ledger(tmp_path_factory.mktemp("whole"), create=True) as whole:
        expected, all_spent = searched(whole, "evaluations: 22", FakeWorkers(noisy), **RACED)
        record = [(t.digest, t.items, t.fitness, t.state, t.cost.tokens) for t in whole.trials()]
    with Ledger(tmp_path_factory.mktemp("run"), create=True) as ledger:
        looks = itertools.count(1)

        def checkpoint():
            if next(looks) == stop_after:
                raise Interrupted("now")

        ready = prepared("evaluations: 22", **RACED)
        evaluations = Evaluations(ledger, ready.benchmark, checkpoint)
        allowance = Allowance(ready.evolve.budget, 1.0, lambda: 0.0)
        with contextlib.suppress(Interrupted):
            Cycle(0, ready, evaluations, ledger, Spent()).run(
                FakeWorkers(noisy, capacity), allowance
            )
        resumed, spent = searched(ledger, "evaluations: 22", FakeWorkers(noisy), **RACED)
        trials = [t for t in ledger.trials() if t.state is not State.CANCELLED]
        again = [(t.digest, t.items, t.fitness, t.state, t.cost.tokens) for t in trials]
    assert found(resumed) == found(expected)
    assert spent == all_spent
    assert again == record


@pytest.mark.parametrize("seconds", range(3, 60, 7))
def test_a_race_that_time_ended_is_repeated_to_where_it_ended(tmp_path, seconds):
    """Wherever in a race that was; the last race, over all items, tells the second run nothing."""
    ready = prepared("minutes: 1", **RACED)
    with Ledger(tmp_path, create=True) as ledger:
        workers = FakeWorkers(noisy)
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        first = Cycle(0, ready, evaluations, ledger, Spent())
        first.run(
            workers,
            Allowance(ready.evolve.budget, 1.0, lambda: 60 / seconds * len(workers.submitted)),
        )
        asked = len(workers.submitted)
        again, _ = searched(ledger, "minutes: 1", workers, **RACED)
        assert len(workers.submitted) == asked
    assert found(again) == found(first)
    assert again.finalists == first.finalists


def test_a_search_that_nothing_can_be_learnt_from_ends_early_and_says_so(tmp_path):
    """Every candidate answers alike."""
    with Ledger(tmp_path, create=True) as ledger:
        workers = FakeWorkers(lambda job: answered(job, [(Likely(0.5, False),)] * len(job.chosen)))
        _, spent = searched(ledger, "evaluations: 2000", workers, race="{error: 0.05}", count=30)
        (ended,) = ledger.all_of(CycleEnded)
    assert spent.evaluations < 1000
    assert "no further improvement can be resolved" in ended.early
