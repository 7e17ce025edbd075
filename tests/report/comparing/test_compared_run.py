from dataclasses import replace

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import BudgetRaised, Place, TaskMeasure
from evomerge.report.comparing.compared_run import compared_run
from evomerge.report.view import SplitScores
from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.scale import BINARY
from tests.report.comparing.runs import YARDSTICK, facts, item, written

BOTH = frozenset("tu")


def test_a_run_is_read_with_all_that_its_winner_scored(tmp_path):
    run = compared_run(written(tmp_path / "run", facts()), "r")

    assert (run.name, run.seed, run.winner) == ("r", 3, "w")
    assert run.fitness == SplitScores(0.75, 0.8, 0.8)
    assert run.scores["test", ("t", item("t", "test", 0))].value == 0.0
    assert len(run.scores) == 120
    assert run.items["u", item("u", "search", 1)] == ("search", "h")
    assert run.scales == {"t": BINARY, "u": BINARY}
    assert [c.digest for c in run.history.candidates] == ["w"]
    assert run.ended.keys() == {Place(0, 0, 0)}


def test_tasks_are_added_up_as_the_run_does(tmp_path):
    how = replace(YARDSTICK, how="range", groups={"x": "p"})
    run = compared_run(written(tmp_path / "run", facts(yardstick=how)), "r")

    ranges = {"t": (0.25, 0.5), "u": (0.5, 0.75)}
    assert run.aggregate(BOTH) == Aggregate({"t": 0.5, "u": 0.5}, "range", ranges)
    assert run.aggregate(frozenset("t")) == Aggregate({"t": 1.0}, "range", {"t": (0.25, 0.5)})
    assert run.units == Units(groups={"x": "p"})

    guarded = replace(YARDSTICK, tasks={"t": TaskMeasure(0.0, "judge")})
    run = compared_run(written(tmp_path / "other", facts(yardstick=guarded)), "r")
    assert (run.aggregate(frozenset("t")), run.scales) == (None, {})


def test_a_run_of_an_earlier_version_has_nothing_to_compare_by(tmp_path):
    run = compared_run(written(tmp_path / "run", facts(yardstick=None)), "r")
    assert (run.aggregate(BOTH), run.units, run.scales) == (None, ALONE, {})


def test_a_run_whose_budget_was_raised_has_no_winner_any_more(tmp_path):
    raised = [*facts(), BudgetRaised({"evaluations": 9}, 1.0)]
    run = compared_run(written(tmp_path / "run", raised), "r")
    assert (run.winner, run.scores, run.fitness) == (None, {}, SplitScores())


def test_a_run_that_has_not_begun_is_empty(tmp_path):
    run = compared_run(written(tmp_path / "run", []), "r")
    assert (run.seed, run.winner, run.recipe, run.items) == (0, None, {}, {})
    with pytest.raises(RunFolderError):
        compared_run(tmp_path, "r")
