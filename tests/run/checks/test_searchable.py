import sys

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import parse_recipe
from evomerge.run.checks.searchable import require_searchable
from tests.run.small import TEXT


def searched_by(algorithm):
    return parse_recipe(TEXT.replace("{population: 4}", f"{{algorithm: {algorithm}}}"))


def test_two_goals_or_one_are_enough_for_who_asks_for_as_many():
    require_searchable(searched_by("cma-es"))
    require_searchable(searched_by("map-elites"))
    one = TEXT.replace("    - {task: zoo_largest, metric: acc}\n", "")
    with pytest.raises(RecipeError, match=r"map-elites searches for 2 goals or more"):
        require_searchable(parse_recipe(one.replace("{population: 4}", "{algorithm: map-elites}")))


def test_without_genes_there_is_nothing_to_search():
    with pytest.raises(RecipeError, match="no genes"):
        require_searchable(parse_recipe(TEXT.replace("{gene: {low: 0, high: 1.5}}", "0.5")))


def test_a_package_that_is_not_there_is_told_with_its_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(RecipeError, match=r"recipe>:\d+: tpe needs .*evomerge\[search\]"):
        require_searchable(searched_by("tpe"))
