import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe, recipe_from
from evomerge.run.cycle.joining import joined, joining, mixed, require_joinable
from evomerge.run.evaluation.offspring import Offspring
from tests.run.small import TEXT

CYCLES = TEXT.replace("elites: 2", "elites: 2\n  cycles: 2")


def start_of(recipe):
    genome = Genome(recipe)
    return dict(zip(genome.names, genome.start, strict=True))


def test_elites_have_the_first_models_genes_and_the_search_begins_at_their_mean():
    recipe = mixed(parse_recipe(CYCLES), ["e", "f"])
    assert [entry.model for entry in recipe.models][2:] == ["e", "f"]
    starts = start_of(recipe)
    assert [*starts] == [f"models.{i}.parameters.weight" for i in range(4)]
    assert [*starts.values()] == pytest.approx([0, 0, 1 / 3, 1 / 3], abs=1e-6)  # of 0 to 1.5


def test_elites_may_have_genes_of_their_own():
    own = "\n  joins: {weight: {gene: {low: 0.4, high: 0.6}}}\n"
    recipe = mixed(parse_recipe(CYCLES.replace("\n  seed: 3\n", own + "  seed: 3\n")), ["e"])
    gene = recipe.models[2].parameters["weight"].gene
    assert (gene.low, gene.high, gene.start) == (0.4, 0.6, 0.6)
    assert recipe.models[0].parameters["weight"].gene.high == 1.5


def test_what_is_fixed_or_one_of_several_stays_as_it_is():
    fixed = CYCLES.replace("{gene: {low: 0, high: 1.5}}", "{gene: {choice: [0.2, 0.9]}}", 1)
    recipe = mixed(parse_recipe(fixed), ["e"])
    first, second, elite = (entry.parameters["weight"] for entry in recipe.models)
    assert first == elite == parse_recipe(fixed).models[0].parameters["weight"]
    assert second.gene.start == 0


def test_of_a_recipe_that_goes_on_nothing_is_changed():
    recipe = parse_recipe(CYCLES)
    before = recipe.plain()
    mixed(recipe, ["e", "f"])
    assert recipe.plain() == before


def test_all_elites_join_where_they_are_mixed():
    recipe = parse_recipe(CYCLES)
    elites = [Offspring(recipe, name) for name in "efg"]
    assert joining(recipe, elites) == elites
    assert joined(recipe, {"e": elites[0]}) == mixed(recipe, ["e"])


def test_slerp_takes_no_elites():
    text = TEXT.replace("elites: 2", "cycles: 2").replace("task_arithmetic\n", "slerp\n")
    require_joinable(parse_recipe(CYCLES))
    with pytest.raises(RecipeError, match=r"^r.yaml:\d+: slerp takes no more parents"):
        require_joinable(parse_recipe(text, "r.yaml"))


def test_slices_and_modules_take_no_elites():
    of_models = parse_recipe(CYCLES).plain()
    models = of_models.pop("models")
    module = {"models": [{"model": one["model"]} for one in models]}
    source = {"model": "zoo:base", "layer_range": [0, 2]}
    for parts, named in [
        ({"modules": {"default": module}}, "modules"),
        ({"slices": [{"sources": [source]}]}, "slices without a path"),
    ]:
        with pytest.raises(RecipeError, match=f"{named} take no more parents"):
            require_joinable(recipe_from({**of_models, **parts}))
