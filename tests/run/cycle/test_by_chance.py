from evomerge.recipe import Genome, parse_recipe
from evomerge.run.cycle.by_chance import searched_by_chance
from evomerge.search.algorithms import kind_of
from tests.run.small import TEXT


def test_the_same_genes_are_searched_by_chance():
    recipe = parse_recipe(TEXT)
    other = searched_by_chance(recipe)
    assert kind_of(other.evolve.search).name == "random"
    assert other.evolve.search.population == 4  # as the recipe says for its own
    assert Genome(other).genes == Genome(recipe).genes
    assert other.evolve.fitness == recipe.evolve.fitness


def test_what_is_for_another_algorithm_is_left_out():
    search = "{algorithm: nsga-ii, eta_mutation: 5}"
    text = TEXT.replace("{population: 4}", f"{search}\n  winner: knee\n  race: false")
    other = searched_by_chance(parse_recipe(text))
    assert other.evolve.winner == "fitness"
    assert other.plain()["evolve"]["search"] == {"algorithm": "random"}
