"""Every algorithm in the loop of a run: races, failures, two workers and interruptions."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.engine.request import Likely
from evomerge.errors import Interrupted
from evomerge.ledger import Ledger, Split, State, Told
from evomerge.recipe import parse_recipe
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term
from evomerge.search.algorithms import ALGORITHMS
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import Fake, FirstValue, answered, items, weights_of

FILES = Path(__file__).parents[3] / "recipes" / "algorithms"
TEXT = """
merge_method: linear
models:
  - {model: A, parameters: {weight: {gene: {low: 0, high: 1}}}}
  - {model: B, parameters: {weight: {gene: {low: 0, high: 1}}}}
evolve:
  fitness: [{task: t, metric: m}, {task: u, metric: m}]
  budget: {evaluations: 48}
"""
PEAKS = {"t": (0.2, 0.9), "u": (0.7, 0.4)}
each_algorithm = pytest.mark.parametrize("name", ALGORITHMS)


def ready(name):
    """Two tasks that want other weights, and the settings of the algorithm's own recipe."""
    line = next(x for x in (FILES / f"{name}.yaml").read_text().splitlines() if "  search:" in x)
    recipe = parse_recipe(f"{TEXT}{line}\n")
    terms = [Term(task, "m", 1.0, FirstValue(), items_of(task)) for task in PEAKS]
    return Fake(recipe, {}, {"A": "a", "B": "b"}, None, Benchmark(terms))


def items_of(task):
    return {
        split: [replace(item, task=task) for item in items(f"{task}{split.value}", 40)]
        for split in Split
    }


def fails(recipe):
    """One offspring in four, by what it is."""
    return int(1e6 * sum(weights_of(recipe))) % 4 == 0


def answer(job):
    if fails(job.recipe):
        return Answer(job.key, State.FAILED, "it breaks")
    a, b = weights_of(job.recipe)
    values = [1 - (a - x) ** 2 - (b - y) ** 2 for x, y in PEAKS.values()]
    chosen = range(len(job.requests)) if job.chosen is None else job.chosen
    half = len(job.requests) // 2
    return answered(job, [(Likely(values[n // half] + 0.01 * (n % 7), False),) for n in chosen])


class Interrupting(FakeWorkers):
    """Two workers whose driver is stopped after some answers."""

    def __init__(self, left):
        super().__init__(answer, 2, newest_first=True)
        self._left = left

    def collect(self, checkpoint):
        self._left -= 1
        if self._left < 0:
            raise Interrupted("now")
        return super().collect(checkpoint)


def searched(prepared, ledger, workers):
    """What the search was told of each candidate, and whom it found."""
    evaluations = Evaluations(ledger, prepared.benchmark, lambda: None)
    cycle = Cycle(0, prepared, evaluations, ledger, Spent())
    cycle.run(workers, Allowance(prepared.evolve.budget, 1.0, lambda: 0.0))
    told = {one.candidate: one.said for one in ledger.all_of(Told)}
    return told, [each.digest for each in cycle.finalists]


@each_algorithm
def test_two_workers_that_end_in_another_order_find_the_same(name, tmp_path_factory):
    prepared = ready(name)
    with Ledger(tmp_path_factory.mktemp("one"), create=True) as ledger:
        alone = searched(prepared, ledger, FakeWorkers(answer))
        states = {part.state for part in ledger.parts()}
    with Ledger(tmp_path_factory.mktemp("two"), create=True) as ledger:
        assert searched(prepared, ledger, FakeWorkers(answer, 2, newest_first=True)) == alone
    assert {State.SCORED, State.FAILED} <= states, "some of it failed"
    assert len(alone[0]) >= 36


@each_algorithm
@settings(deadline=None, max_examples=4)
@given(lefts=st.lists(st.integers(1, 30), min_size=1, max_size=3))
def test_one_that_is_interrupted_goes_on_to_the_same(name, lefts, tmp_path_factory):
    prepared = ready(name)
    with Ledger(tmp_path_factory.mktemp("whole"), create=True) as ledger:
        whole = searched(prepared, ledger, FakeWorkers(answer))
    with Ledger(tmp_path_factory.mktemp("stopped"), create=True) as ledger:
        for left in lefts:
            with contextlib.suppress(Interrupted):
                searched(prepared, ledger, Interrupting(left))
        assert searched(prepared, ledger, FakeWorkers(answer)) == whole
