import pytest

from evomerge.recipe import Genome, recipe_from
from evomerge.run.explaining.ablation import Ablation
from tests.run.explaining.planted import recipe_of


def ablation(names="ABC", method="task_arithmetic", values=(1.0, 0.25, 0.5)):
    recipe = recipe_of(names, method)
    return Ablation(recipe, Genome(recipe).decode(values))


def weights(recipe):
    return {entry.model: entry.parameters["weight"] for entry in recipe.models}


def test_a_parent_that_is_left_out_has_no_entry():
    game = ablation().parents_game()
    assert game.factors == ("A", "B", "C")
    (recipe,) = game.recipes(frozenset({0, 2}))
    assert weights(recipe) == {"A": 1.0, "C": 0.5}
    assert recipe.base_model == "base"


def test_all_factors_are_the_winner():
    whole = ablation()
    for game in (whole.parents_game(), whole.genes_game()):
        assert game.recipes(game.whole) in ([whole.winner], (whole.winner,))


def test_none_is_the_base_or_what_a_parent_is_on_average():
    (base,) = ablation().parents_game().recipes(frozenset())
    assert [entry.model for entry in base.models] == ["base"]
    each = ablation(method="linear").parents_game().recipes(frozenset())
    assert [[entry.model for entry in recipe.models] for recipe in each] == [["A"], ["B"], ["C"]]


def test_too_few_to_be_merged_are_taken_alone():
    game = ablation("AB", "nuslerp", (0.5, 0.75)).parents_game()
    (alone,) = game.recipes(frozenset({1}))
    assert [entry.model for entry in alone.models] == ["B"]


def test_what_gave_config_and_tokenizer_still_does():
    (recipe,) = ablation(method="linear").parents_game().recipes(frozenset({1, 2}))
    assert recipe.template == "A"


def test_genes_are_put_back_to_where_the_search_began():
    game = ablation().genes_game()
    assert game.factors[1] == "models.1.parameters.weight"
    assert game.owners == ("A", "B", "C")
    (recipe,) = game.recipes(frozenset({1}))
    assert weights(recipe) == {"A": 0.5, "B": 0.25, "C": 0.5}


def test_a_gene_is_moved_where_its_value_is_another_one():
    assert ablation().moved() == [0, 1]
    assert ablation().genes_of({"A", "C"}) == [0, 2]


def test_both_at_once():
    assert weights(ablation().recipe({"B", "C"}, {2})) == {"B": 0.5, "C": 0.5}


def test_models_that_the_winner_does_without_have_no_part_in_it():
    plain = recipe_of("ABC").plain()
    for entry in plain["models"]:
        entry["use"] = {"gene": {"choice": [True, False]}}
    recipe = recipe_from(plain)
    values = dict.fromkeys(Genome(recipe).names, 0.25) | {"models.1.use": 0.75}
    found = Ablation(recipe, Genome(recipe).decode([*values.values()]))
    assert found.parents == ("A", "C")
    assert found.genes == ("models.0.parameters.weight", "models.2.parameters.weight")
    assert found.moved() == [0, 1]
    assert weights(found.recipe({"A", "C"}, {1})) == {"A": 0.5, "C": 0.25}


@pytest.mark.parametrize("change", ["out of range", "another parent"])
def test_a_winner_of_a_later_cycle_has_no_genes_of_the_recipe(change):
    recipe = recipe_of("AB")
    plain = Genome(recipe).decode((1.0, 0.5)).plain()
    if change == "out of range":
        plain["models"][0]["parameters"]["weight"] = 1.5
    else:
        plain["models"].append({"model": "elite", "parameters": {"weight": 0.5}})
    late = Ablation(recipe, recipe_from(plain))
    assert late.genes == ()
    assert late.moved() == []
    (without,) = late.parents_game().recipes(late.parents_game().whole - {0})
    assert "A" not in weights(without)


def sliced(*slices):
    """Each slice by its models."""
    source = {"layer_range": [0, 2]}
    recipe = {
        "merge_method": "linear",
        "slices": [{"sources": [{"model": name, **source} for name in names]} for names in slices],
    }
    return Ablation(recipe_from(recipe), recipe_from(recipe))


def test_a_parent_is_not_left_out_of_a_slice_that_has_no_other():
    assert sliced("A", "B").spared == ()
    some = sliced("AB", "ABC", "A")
    assert (some.parents, some.spared) == (("A", "B", "C"), ("B", "C"))
    game = some.parents_game()
    (recipe,) = game.recipes(frozenset())
    assert [[one.model for one in part.sources] for part in recipe.slices] == [["A"]] * 3
    assert list(game.recipes(game.whole)) == [some.winner]


def test_words_of_a_formula_are_no_factors():
    plain = recipe_of("AB", "task_arithmetic").plain()
    formula = {"gene": {"words": 8, "start": "b + sum(weight * d)"}}
    plain["merge_method"] = {"formula": formula, "names": {"weight": 1}}
    genome = Genome(recipe_from(plain))
    whole = Ablation(genome.recipe, genome.decode(genome.start))
    assert whole.genes == ("models.0.parameters.weight", "models.1.parameters.weight")
