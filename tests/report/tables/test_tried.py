import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import Asked, Cost, Objective, Place, RunBegan, Told, Trial
from evomerge.ledger.trial import State
from evomerge.report.tables.tried import gathered, tried_candidates
from tests.report.history import records
from tests.report.tables.runs import COST, DENSITY, FACTS, RECIPE, WEIGHT, genome, trial, written


def test_each_candidate_has_its_values_scores_and_cost(tmp_path):
    tried = tried_candidates(written(tmp_path / "run"))
    first, failed, again, chance, under_way = tried.candidates

    assert [*tried.genes] == [DENSITY, WEIGHT]
    assert first.values == {DENSITY: 1, WEIGHT: 1.0}
    assert failed.values == {DENSITY: 0.5, WEIGHT: 0.25}
    assert (first.validation, first.test, failed.validation) == (0.625, None, None)
    assert (first.past.fitness, first.steps) == (0.5, {1: 0.1 + 0.2, 2: 0.5})
    assert (failed.past.reason, failed.steps) == ("=HYPERLINK(1)", {})
    assert chance.past.is_of_search is False
    assert (under_way.ended_at, under_way.past.state) == (None, None)
    assert (first.cost, again.cost, chance.cost) == (COST, Cost(), Cost())
    assert first.ended_at >= first.asked_at > 1e9


def test_a_recipe_of_an_earlier_version_has_no_values():
    asked = Asked(0, Place(0, 0, 0), (0.5,), "x", "sample")
    tried = gathered(records([RunBegan({"recipe": {"was": "other"}}), asked]))

    assert (tried.genes, tried.goals, tried.candidates[0].values) == ({}, (), {})


def test_candidates_of_a_later_cycle_have_the_values_that_stand_in_their_recipe():
    entry = {"model": "A", "parameters": {"weight": 0.25, "density": 0.5}}
    joined = {"model": "runs/elite", "parameters": {"weight": 0.125, "density": 1}}
    made = {**RECIPE, "models": [entry, joined]}
    asked = Asked(0, Place(1, 0, 0), (0.1, 0.2, 0.3, 0.4), "x", "sample")
    scored = Trial("x", "search", made, State.SCORED, fitness=0.5, items=1, place=asked.place)
    (candidate,) = gathered(records([FACTS[0], asked, scored])).candidates

    assert candidate.values == {
        DENSITY: 0.5,
        WEIGHT: 0.25,
        "models.1.parameters.weight": 0.125,
        "models.1.parameters.density": 1,
    }


def test_what_was_told_of_several_goals_is_there():
    recipe = {**RECIPE, "evolve": {**RECIPE["evolve"], "search": {"algorithm": "nsga-ii"}}}
    asked = Asked(0, Place(0, 0, 0), genome(0.5, 0.5), "x", "sample")
    told = Told(0, (Objective(0.5), Objective(1.0), Objective(0.0)), 0.0, State.SCORED)
    facts = [RunBegan({"recipe": recipe}), asked, trial("x", asked.place, 0.5, 2), told]
    tried = gathered(records(facts))

    assert tried.goals == ("t", "u")
    assert tried.candidates[0].objectives == told.objectives


def test_a_folder_without_a_run_is_told(tmp_path):
    with pytest.raises(RunFolderError, match="not a run folder"):
        tried_candidates(tmp_path)
