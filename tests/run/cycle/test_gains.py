import math
from dataclasses import replace

import pytest

from evomerge import evolve, status
from evomerge.ledger import CycleEnded, CycleJudged, Ledger
from evomerge.recipe import parse_recipe
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.gains import Gains, coverage, diversity
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import near_peak, prepared
from tests.run.small import TEXT
from tests.run.test_path_cycles import LAYERS

A, B, C = ("t", "a"), ("t", "b"), ("t", "c")


def test_diversity_is_the_mean_difference_over_items_and_pairs():
    assert diversity([{A: 1.0, B: 0.0}, {A: 0.0, B: 0.0}]) == 0.5
    assert diversity([{A: 1.0}, {A: 0.0}, {A: 1.0}]) == pytest.approx(2 / 3)
    assert diversity([{A: 1.0, B: 1.0}, {B: 0.5, C: 0.0}]) == 0.5  # of what both were asked
    assert diversity([{A: 1.0}]) == diversity([]) == diversity([{A: 1.0}, {B: 1.0}]) == 0


def test_coverage_is_the_mean_of_the_best_on_each_item():
    assert coverage([{A: 1.0, B: 0.0}, {A: 0.0, B: 0.5}]) == 0.75
    assert coverage([{A: -1.0}, {A: -2.0}]) == -1
    assert coverage([]) == 0


def judged_in(folder):
    with Ledger(folder) as ledger:
        return ledger.all_of(CycleJudged), [end.cycle for end in ledger.all_of(CycleEnded)]


@pytest.mark.parametrize("cycles", [2, 3])
def test_cycles_go_on_while_one_is_better_than_all_before_it(tmp_path, cycles):
    text = TEXT.replace("elites: 2", f"elites: 2\n  cycles: {cycles}")
    text = text.replace("evaluations: 10", f"evaluations: {8 * cycles}")
    evolve(parse_recipe(text), tmp_path / "run")
    judged, ended = judged_in(tmp_path / "run")
    assert [one.cycle for one in judged] == ended
    for number, one in enumerate(judged):
        assert one.gains == (one.validation > one.before)
        assert 0 <= one.diversity <= 1
        assert 0 <= one.coverage <= 1
        assert 0 <= one.kinship <= 1
        if number:
            assert one.before == max(judge.validation for judge in judged[:number])
    assert all(one.gains for one in judged[:-1])
    assert len(judged) == cycles or not judged[-1].gains
    assert [one["gains"] for one in status(tmp_path / "run")["cycles"]] == [j.gains for j in judged]


def test_a_cycle_that_gains_nothing_is_the_last(tmp_path):
    """All weights are 0 to 0.01: nothing is better than the uniform merge."""
    text = TEXT.replace("high: 1.5", "high: 0.01").replace("elites: 2", "elites: 2\n  cycles: 4")
    evolve(parse_recipe(text), tmp_path / "run")
    (judged,), ended = judged_in(tmp_path / "run")
    assert ended == [0]
    assert not judged.gains
    assert judged.before > judged.validation
    assert math.isclose(judged.kinship, 0.5, abs_tol=0.5)


def test_where_no_elite_has_a_path_none_goes_on(tmp_path):
    """Each is a parent as it was, or their average, and there is nothing to run through."""
    ready = prepared("evaluations: 8")
    with Ledger(tmp_path, create=True) as ledger:
        evaluations, workers = (
            Evaluations(ledger, ready.benchmark, lambda: None),
            FakeWorkers(near_peak),
        )
        cycle = Cycle(0, ready, evaluations, ledger, Spent())
        cycle.run(workers, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
        assert Gains(ready, evaluations, ledger).judge(cycle, [], workers)
        assert not Gains(replace(ready, recipe=parse_recipe(LAYERS)), evaluations, ledger).judge(
            cycle, [], workers
        )
        assert [(one.gains, one.stacks) for one in ledger.all_of(CycleJudged)] == [
            (True, None), (True, ()),
        ]  # fmt: skip


def test_one_search_alone_is_not_judged(tmp_path):
    evolve(parse_recipe(TEXT), tmp_path / "run")
    assert judged_in(tmp_path / "run") == ([], [0])
