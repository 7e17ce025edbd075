"""One candidate after the other: nobody waits, and a resumed run keeps to the order of chance."""

import contextlib
import itertools
import random
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.errors import Diverged, Interrupted, RecipeError
from evomerge.ledger import FILE, Asked, CycleEnded, Ledger, Place, State, Told
from evomerge.recipe import parse_recipe
from evomerge.run.cycle.asynchronous import Asynchronous
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.course import NOTHING_NEW
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.recorded_search import RecordedSearch
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from evomerge.workers.schedule import Rules
from tests.run.cycle.test_history import CHOICES
from tests.run.fakes import PEAK, TEXT, Fake, near_peak, prepared, weights_of


def asynchronous(budget, text=TEXT, search="population: 4"):
    plain = prepared(budget)
    text = text.replace("population: 4", search) + "  schedule: async\n"
    recipe = parse_recipe(text % ("false", budget))
    return Fake(recipe, {}, plain.content, None, plain.benchmark)


class AnyOrder(FakeWorkers):
    """Jobs end in an order of its own."""

    def __init__(self, answer, capacity, seed=0, stop_after=None):
        super().__init__(answer, capacity)
        self._random, self._left = random.Random(seed), stop_after
        self.most = 0

    def collect(self, checkpoint):
        self.most = max(self.most, len(self._under_way))
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Interrupted("now")
        self._under_way.rotate(self._random.randrange(len(self._under_way)))
        return super().collect(checkpoint)


def searched(ledger, workers, ready):
    spent = Spent()
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    cycle = Cycle(0, ready, evaluations, ledger, spent)
    cycle.run(workers, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
    return cycle, spent


def history(ledger):
    return [
        (one.candidate, one.genome if isinstance(one, Asked) else one.said)
        for one in (record.what for record in ledger.records(Asked, Told))
    ]


@pytest.mark.parametrize("search", ["population: 4", "algorithm: snes, population: 6"])
def test_it_comes_to_the_peak_with_candidates_in_flight_all_the_time(tmp_path, search):
    workers = AnyOrder(near_peak, 5)
    with Ledger(tmp_path, create=True) as ledger:
        cycle, spent = searched(ledger, workers, asynchronous("evaluations: 200", search=search))
        order = [type(record.what) for record in ledger.records(Asked, Told)]
        told = [one.candidate for one in ledger.all_of(Told)]
        (ended,) = ledger.all_of(CycleEnded)
    assert spent.evaluations == 200
    assert sorted(told) == [*range(len(told))]
    assert told != sorted(told)
    assert workers.most == 5
    in_flight = [*itertools.accumulate(1 if one is Asked else -1 for one in order)]
    assert max(in_flight) <= workers.rules.lag
    assert min(in_flight[5 : order[::-1].index(Asked) * -1 - 1]) >= 4, "one is told, one is asked"
    assert ended.early is None
    assert all(
        abs(w - p) < 0.05 for w, p in zip(weights_of(cycle.finalists[-1].recipe), PEAK, strict=True)
    )


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 9),
    stop_after=st.integers(0, 30),
    capacity=st.integers(1, 6),
    again=st.integers(1, 6),
)
def test_a_resumed_run_repeats_the_order_and_asks_nothing_twice(
    tmp_path_factory, seed, stop_after, capacity, again
):
    ready = asynchronous("evaluations: 24")
    with Ledger(tmp_path_factory.mktemp("run"), create=True) as ledger:
        stopped = True
        try:
            first, _ = searched(ledger, AnyOrder(near_peak, capacity, seed, stop_after), ready)
            stopped = False
        except Interrupted:
            pass
        before = history(ledger)
        in_flight = len(ledger.all_of(Asked)) - len(ledger.all_of(Told))
        resumed, spent = searched(ledger, AnyOrder(near_peak, again, seed + 1), ready)
        assert history(ledger)[: len(before)] == before
        scored = [part.digest for part in ledger.parts()]
        whole = history(ledger)
        repeated, _ = searched(ledger, AnyOrder(near_peak, again, seed + 2), ready)
        assert history(ledger) == whole
    assert in_flight <= (Rules(capacity).lag if stopped else 0)
    assert spent.evaluations == len(scored) == len(set(scored)) == 24
    assert [e.digest for e in repeated.elites] == [e.digest for e in resumed.elites]
    assert repeated.finalists[-1].digest == resumed.finalists[-1].digest
    if not stopped:
        assert repeated.elites == first.elites


def test_what_was_scored_and_not_told_when_the_run_was_killed_is_told(tmp_path):
    ready = asynchronous("evaluations: 12")
    with Ledger(tmp_path, create=True) as ledger:
        searched(ledger, AnyOrder(near_peak, 3), ready)
        last = [record.number for record in ledger.records(Told)][-1]
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as database, database:
        database.execute("DELETE FROM records WHERE number >= ?", (last,))
    workers = AnyOrder(near_peak, 3)
    with Ledger(tmp_path, create=True) as ledger:
        _, spent = searched(ledger, workers, ready)
        assert len(ledger.all_of(Told)) == spent.evaluations == 12
    assert workers.submitted == []


def test_a_budget_that_is_raised_goes_on_from_where_it_was(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        searched(ledger, AnyOrder(near_peak, 3), asynchronous("evaluations: 9"))
        before = history(ledger)
        ended = ledger.all_of(CycleEnded)
    longer = asynchronous("evaluations: 20")
    with Ledger(tmp_path, create=True) as ledger:
        evaluations = Evaluations(ledger, longer.benchmark, lambda: None)
        candidates = RecordedSearch(0, longer, evaluations, ledger, Spent())
        searching = Asynchronous(candidates, evaluations)
        allowance = Allowance(longer.evolve.budget, 1.0, lambda: 0.0)
        course = searching.run(AnyOrder(near_peak, 3), allowance, None)
        assert history(ledger)[: len(before)] == before
        assert len(ledger.all_of(Told)) == 20
    assert course.generations > ended[0].generations


def test_candidates_of_equal_weights_are_scored_once_and_all_told(tmp_path):
    ready = asynchronous("evaluations: 1000", CHOICES)
    with Ledger(tmp_path, create=True) as ledger:
        workers = AnyOrder(near_peak, 4)
        _, spent = searched(ledger, workers, ready)
        told = ledger.all_of(Told)
        (ended,) = ledger.all_of(CycleEnded)
    digests = [part.digest for part in ledger_parts(tmp_path)]
    assert len(digests) == len(set(digests)) == spent.evaluations <= 16
    assert len(told) > 80
    assert ended.early == NOTHING_NEW


def ledger_parts(folder):
    with Ledger(folder) as ledger:
        return ledger.parts()


def test_failures_are_told_and_the_search_goes_on(tmp_path):
    def answer(job):
        a, _ = weights_of(job.recipe)
        return Answer(job.key, State.FAILED, "NaN") if a > 0.5 else near_peak(job)

    with Ledger(tmp_path, create=True) as ledger:
        cycle, spent = searched(ledger, AnyOrder(answer, 4), asynchronous("evaluations: 100"))
        failed = [one for one in ledger.all_of(Told) if one.state is State.FAILED]
    assert failed
    assert spent.evaluations == 100
    assert weights_of(cycle.elites[0].recipe)[0] <= 0.5


def test_tokens_end_it_with_no_more_overrun_than_is_in_flight(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        _, spent = searched(ledger, AnyOrder(near_peak, 3), asynchronous("tokens: 100"))
    assert 100 <= spent.tokens <= 100 + 10 * Rules(3).lag


def test_another_value_than_was_told_before_is_an_error(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        searched(ledger, AnyOrder(near_peak, 3), asynchronous("evaluations: 9"))
    other = asynchronous("evaluations: 9", TEXT.replace("seed: 0", ""), "population: 5")
    with Ledger(tmp_path, create=True) as ledger, pytest.raises(Diverged, match="candidate"):
        searched(ledger, AnyOrder(near_peak, 3), other)


def test_places_are_each_candidates_own(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        searched(ledger, AnyOrder(near_peak, 5), asynchronous("evaluations: 40"))
        places = [one.place for one in ledger.all_of(Asked)]
    assert len(places) == len(set(places)) == 40
    assert places[0] == Place(0, 0, 0)


def test_a_race_needs_a_generation():
    with pytest.raises(RecipeError, match="leave race out"):
        parse_recipe(TEXT % ("{error: 0.1}", "evaluations: 3") + "  schedule: async\n")
    text = (TEXT % ("false", "evaluations: 3")).replace("  race: false\n", "")
    recipe = parse_recipe(text + "  schedule: async\n")
    assert recipe.evolve.race is False
    assert recipe == parse_recipe(TEXT % ("false", "evaluations: 3") + "  schedule: async\n")
