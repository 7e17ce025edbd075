"""The front of finalists, on two tasks whose scores are the two weights of a candidate."""

from dataclasses import replace

import pytest

from evomerge.engine.request import Likely
from evomerge.ledger import Ledger, Split
from evomerge.recipe import recipe_from
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.promotion.selection import select
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import A, B, FirstValue, answered, items, prepared, weights_of
from tests.run.promotion.test_promotion import offspring

COUNT = 20


def searched(winner="fitness", weight=1.0):
    """A recipe of two goals, t and u, of which u may count for more."""
    plain = prepared().recipe.plain()
    fitness = [{"task": "t", "metric": "m"}, {"task": "u", "metric": "m", "weight": weight}]
    search = {"algorithm": "nsga-ii"}
    plain["evolve"] |= {"fitness": fitness, "search": search, "winner": winner}
    splits = {split: items(split.value, COUNT) for split in Split}
    others = {
        split: [replace(i, task="u", id=f"u{i.id}") for i in own] for split, own in splits.items()
    }
    terms = [
        Term("t", "m", 1.0, FirstValue(), splits),
        Term("u", "m", weight, FirstValue(), others),
    ]
    return replace(prepared(), recipe=recipe_from(plain), benchmark=Benchmark(terms))


def shares(job):
    """As large a share of each task's items right as the weight is."""
    a, b = weights_of(job.recipe)
    right = [n < round(x * COUNT) for x in (a, b) for n in range(COUNT)]
    chosen = range(2 * COUNT) if job.chosen is None else job.chosen
    return answered(job, [(Likely(float(right[n]), False),) for n in chosen])


@pytest.fixture
def selected(tmp_path):
    def run(ready, *weights):
        finalists = [offspring(ready, *each) for each in weights]
        baselines = {A: offspring(ready, 0.9, 0.1), B: offspring(ready, 0.2, 0.8)}
        with Ledger(tmp_path, create=True) as ledger:
            evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
            selection = select(evaluations, ready, finalists, baselines, FakeWorkers(shares))
        return finalists, selection

    return run


POINTS = [(0.9, 0.2), (0.5, 0.5), (0.8, 0.6), (0.3, 0.9), (0.3, 0.8)]


def test_what_no_finalist_dominates_is_on_record_with_hypervolume_and_knee(selected):
    finalists, selection = selected(searched(), *POINTS)
    front = selection.chosen({}).front
    assert front.goals == ("t", "u")
    assert {*front.digests} == {finalists[i].digest for i in (0, 2, 3)}
    assert front.knee == finalists[2].digest
    assert front.reference == pytest.approx((0.2, 0.1))
    assert front.hypervolume == pytest.approx(0.1 * 0.8 + 0.5 * 0.5 + 0.1 * 0.1)
    by_digest = {one.digest: one.goals for one in selection.chosen({}).finalists}
    assert [by_digest[each.digest] for each in finalists] == [pytest.approx(p) for p in POINTS]


def test_the_winner_is_the_fittest_or_the_knee_as_the_recipe_says(selected, tmp_path):
    finalists, selection = selected(searched(weight=8.0), *POINTS)
    assert selection.winner == finalists[3]
    assert selection.front.rule == "fitness"


def test_the_knee_comes_first_and_the_others_by_fitness(selected):
    finalists, selection = selected(searched("knee", weight=8.0), *POINTS)
    assert [finalist.offspring for finalist in selection.finalists] == [
        finalists[i] for i in (2, 3, 4, 1, 0)
    ]
    assert selection.chosen({}).digest == selection.front.knee == finalists[2].digest


def test_where_the_fitness_is_all_there_is_no_front(selected):
    ready = searched()
    plain = ready.recipe.plain()
    plain["evolve"]["search"] = {}
    _, selection = selected(replace(ready, recipe=recipe_from(plain)), *POINTS)
    assert selection.front is None
    assert selection.finalists[0].goals == ()
