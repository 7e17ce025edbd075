"""Models that others are measured against: all scored, and their scores fit for it."""

from dataclasses import replace

import pytest

from evomerge.engine.request import Likely
from evomerge.errors import EvomergeError, RecipeError
from evomerge.ledger import Cost, ItemScore, Ledger, Part, Split, State
from evomerge.recipe import Floor, Genome
from evomerge.run.baselines.references import (
    beyond_assumed,
    calibrate,
    check_aggregate,
    check_scales,
    failures,
    require,
)
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.scale import ASSUMED, BINARY
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import A, B, answered, prepared, weights_of


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


READY = prepared(count=8, floor=Floor(margin=0.25))


def models(ready=READY):
    genome = Genome(ready.recipe)
    recipes = {A: genome.decode((0.25, 0)), B: genome.decode((0.75, 0))}
    return {model: Offspring(recipe, ready.digest(recipe)) for model, recipe in recipes.items()}


def share(job):
    value = weights_of(job.recipe)[0]
    return answered(job, [(Likely(float(n < 8 * value), False),) for n in range(len(job.requests))])


def test_floors_are_measured_by_the_parents(ledger):
    ready = prepared(count=8, floor=Floor(margin=0.25))
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    evaluations.ask([*models().values()], Split.SEARCH, FakeWorkers(share))
    calibrate(evaluations, ready.benchmark, models(), Split.SEARCH)
    assert ready.benchmark.floors.violation({"t": 0.25}, Split.SEARCH) == 0.75 - 0.25 - 0.25
    assert failures(evaluations, models(), Split.SEARCH) == {}
    require(evaluations, models(), Split.SEARCH)


def test_one_that_failed_is_named(ledger):
    evaluations = Evaluations(ledger, READY.benchmark, lambda: None)
    part = Part(models()[B].digest, "search", State.FAILED, "no room", cost=Cost())
    evaluations.results(models()[B].digest, Split.SEARCH).take(part)
    assert failures(evaluations, models(), Split.SEARCH) == {"B": "no room"}
    assert failures(evaluations, models(), Split.TEST) == {}
    with pytest.raises(EvomergeError, match=r"B cannot be scored on the search items \(no room\)"):
        require(evaluations, models(), Split.SEARCH)


def benchmark(how="raw", scale=None):
    return Benchmark([replace(READY.benchmark.terms[0], scale=scale)], how)


def scores(*values):
    return [ItemScore("t", f"i{n}", value) for n, value in enumerate(values)]


def test_scores_beyond_what_is_assumed_must_be_declared():
    assert beyond_assumed(benchmark(scale=ASSUMED), scores(0.0, 0.5, 1.0)) == {}
    assert beyond_assumed(benchmark(scale=BINARY), scores(7.0)) == {}
    found = beyond_assumed(benchmark(scale=ASSUMED), scores(0.5, 40.0, 7.0))
    assert found["t"].startswith("t: an item scores 40, and is taken to lie between 0 and 1")
    with pytest.raises(RecipeError, match="an item scores 40"):
        check_scales(READY.recipe, benchmark(scale=ASSUMED), scores(40.0))
    check_scales(READY.recipe, benchmark(scale=ASSUMED), scores(1.0))


def test_a_geometric_mean_needs_one_parent_that_scores():
    nobody = {A: scores(0.0, 0.0), B: scores(0.0, 0.0)}
    with pytest.raises(RecipeError, match="every parent scores 0 at t"):
        check_aggregate(benchmark("geometric"), nobody, Split.SEARCH)
    check_aggregate(benchmark("geometric"), nobody, Split.VALIDATION)
    check_aggregate(benchmark("geometric"), {**nobody, B: scores(1.0, 0.0)}, Split.SEARCH)


def test_a_range_must_be_more_than_chance_makes():
    def measured(ours, theirs):
        made, known = benchmark("range"), {A: scores(*ours), B: scores(*theirs)}
        means = {model.name: made.task_means(of_model) for model, of_model in known.items()}
        made.calibrate(Split.SEARCH, means)
        return made, known, Split.SEARCH

    near = measured([1.0, 0.0] * 10, [*[0.0, 1.0] * 9, 1.0, 1.0])
    with pytest.raises(RecipeError, match=r"the parents cannot be told apart at t: 0.5 to 0.55"):
        check_aggregate(*near)
    check_aggregate(*measured([0.0] * 20, [1.0] * 20))
