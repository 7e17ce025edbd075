import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.search import Search
from evomerge.search import Archive, Elite

TEXT = """
merge_method: linear
models:
  - {model: a, parameters: {weight: {gene: {low: 0, high: 2}}}}
  - {model: b, parameters: {weight: {gene: {low: 0, high: 2}}}}
"""


def weights(recipe):
    return [entry.parameters["weight"] for entry in recipe.models]


def test_recipes_are_proposed_and_improve():
    search = Search(parse_recipe(TEXT), seed=3)
    for _ in range(40):
        recipes = search.ask()
        assert len(recipes) == search.population
        assert all(not len(Genome(recipe)) for recipe in recipes)
        search.tell([-sum((w - 0.4) ** 2 for w in weights(recipe)) for recipe in recipes])
    assert weights(search.mean()) == pytest.approx([0.4, 0.4], abs=1e-3)


def test_the_seed_decides():
    assert Search(parse_recipe(TEXT), seed=1).ask() == Search(parse_recipe(TEXT), seed=1).ask()
    assert Search(parse_recipe(TEXT), seed=1).ask() != Search(parse_recipe(TEXT), seed=2).ask()


def test_the_recipes_settings_are_followed():
    evolve = (
        "evolve: {seed: 5, search: {algorithm: random, population: 7},"
        " fitness: [{task: t, metric: m}], budget: {minutes: 1}}"
    )
    search = Search(parse_recipe(TEXT + evolve))
    assert search.population == 7
    assert search.mean() is None


def test_without_genes_there_is_nothing_to_search():
    with pytest.raises(RecipeError, match="no genes"):
        Search(parse_recipe("merge_method: linear\nmodels: [{model: a}]"))


def test_the_archive_keeps_the_best_each_once_and_of_equals_the_first():
    archive = Archive(3)
    for digest, fitness in [("a", 1), ("b", 3), ("b", 9), ("c", 2), ("d", 2), ("e", 0), ("f", 3)]:
        archive.add(Elite(digest, fitness))
    assert [elite.digest for elite in archive.best()] == ["b", "f", "c"]
