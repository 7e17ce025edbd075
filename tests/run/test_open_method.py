"""A search whose genome chooses the merge method as well."""

import pytest
import yaml

from evomerge import evolve, resume
from evomerge.errors import RecipeError
from evomerge.ledger import Ledger
from evomerge.merge.merging import merge
from evomerge.recipe import load_recipe, parse_recipe, recipe_from
from evomerge.run.checks.searchable import require_searchable
from evomerge.run.preparation.preflight import prepare
from tests.run.small import TEXT

METHOD = "merge_method: {gene: {choice: [linear, ties, task_arithmetic]}}"
OPEN = TEXT.replace("merge_method: task_arithmetic", METHOD).replace(
    "high: 1.5}}}}\n", "high: 1.5}}, density: {gene: {low: 0.1, high: 1}}}}\n"
)
TAKES_DENSITY = {"linear": False, "ties": True, "task_arithmetic": False}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that nothing interrupted."""
    return evolve(parse_recipe(OPEN), tmp_path_factory.mktemp("runs") / "whole")


def test_the_winner_is_of_one_method_and_says_only_what_that_takes(finished, tmp_path):
    recipe = load_recipe(finished.winner / "recipe.yaml")
    assert recipe.merge_method in TAKES_DENSITY
    for entry in recipe.models:
        assert "weight" in entry.parameters
        assert ("density" in entry.parameters) == TAKES_DENSITY[recipe.merge_method]
    assert merge(recipe, tmp_path / "again") == finished.weights_sha256
    head = yaml.safe_load((finished.winner / "README.md").read_text().split("---")[1])
    assert head["tags"] == ["merge", "evomerge", recipe.merge_method]


def test_several_methods_are_tried_and_what_they_ignore_does_not_count(finished):
    with Ledger(finished.folder) as ledger:
        trials = [trial for trial in ledger.trials() if trial.place]
    assert len({trial.recipe["merge_method"] for trial in trials}) > 1
    prepared = prepare(parse_recipe(OPEN))
    for trial in trials:
        plain = recipe_from(trial.recipe).plain()
        for entry in plain["models"]:
            entry["parameters"]["density"] = 0.123
        same = prepared.digest(recipe_from(plain)) == trial.digest
        assert same != TAKES_DENSITY[plain["merge_method"]]


def test_a_run_is_the_same_again(finished, tmp_path):
    again = evolve(parse_recipe(OPEN), tmp_path / "again")
    assert again.weights_sha256 == finished.weights_sha256
    assert resume(finished.folder).weights_sha256 == finished.weights_sha256


def test_elites_cannot_join_where_a_choice_takes_no_more_models():
    cycles = OPEN.replace("  seed: 3\n", "  seed: 3\n  cycles: 2\n")
    require_searchable(parse_recipe(cycles))
    with pytest.raises(RecipeError, match=r"slerp takes no more parents.*or take a method"):
        require_searchable(parse_recipe(cycles.replace("linear", "slerp")))
