"""The loop over a fake worker: what is asked, counted and learnt is a function of the history."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.errors import Interrupted
from evomerge.ledger import Ledger, State
from evomerge.run.budget import Allowance
from evomerge.run.cycle import Cycle, Spent
from evomerge.run.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import PEAK, near_peak, prepared, weights_of


def searched(ledger, budget, workers, number=0):
    """A cycle that has run, and what it spent."""
    ready, spent = prepared(budget), Spent()
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    cycle = Cycle(number, ready, evaluations, ledger, spent)
    cycle.run(workers, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
    return cycle, spent


def found(cycle):
    return [(elite.digest, elite.fitness) for elite in cycle.archive.best()]


def test_the_search_comes_to_the_peak(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        cycle, spent = searched(ledger, "evaluations: 120", FakeWorkers(near_peak))
    assert spent == Spent(120, 1200)
    assert all(
        abs(w - p) < 0.02 for w, p in zip(weights_of(cycle.mean().recipe), PEAK, strict=True)
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
            # Overrun by no more than the trials in flight.
            earlier = ledger.trials()[: -workers.capacity]
            assert sum(trial.cost.tokens for trial in earlier) < limit
            outcomes.append((found(cycle), spent, cycle.mean().digest))
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
        assert again.mean().digest == first.mean().digest
        assert [event.kind for event in ledger.events("cycle_ended")] == ["cycle_ended"]


def test_failures_rank_last_and_a_generation_of_them_teaches_nothing(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "NaN"))
        cycle, spent = searched(ledger, "evaluations: 10", workers)
    assert found(cycle) == []
    assert spent.evaluations == 10
    assert weights_of(cycle.mean().recipe) == (0.5, 0.5)


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

        def checkpoint():
            if len(ledger.trials()) == stop_after:
                raise Interrupted("now")

        evaluations = Evaluations(ledger, ready.benchmark, checkpoint)
        cycle = Cycle(0, ready, evaluations, ledger, Spent())
        with pytest.raises(Interrupted):
            cycle.run(FakeWorkers(near_peak, 2), Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
        resumed, spent = searched(ledger, "evaluations: 10", FakeWorkers(near_peak))
        scored = [t.digest for t in ledger.trials() if t.state is State.SCORED]
    assert found(resumed) == found(expected)
    assert spent.evaluations == len(scored) == len(set(scored)) == 10
