"""Elites as further layers that the paths of the next cycle run through."""

import pytest

from evomerge.errors import RecipeError
from evomerge.merge.merging import merge
from evomerge.merge.methods import METHODS
from evomerge.merge.parents import open_parents
from evomerge.recipe import Genome, parse_recipe, recipe_from
from evomerge.run.cycle.joining import joining, require_joinable
from evomerge.run.cycle.stacking import stackable, stacked, widest
from evomerge.run.evaluation.offspring import Offspring
from tests.families import save
from tests.path_cases import CLOSE, apart, live, over, saved

EVOLVE = """\
evolve:
  cycles: 3
  fitness: [{task: t, metric: m}]
  budget: {evaluations: 9}
"""
SLICES = """\
merge_method: passthrough
slices:
  - sources: [{model: a, layer_range: [0, 3]}]
  - sources: [{model: b, layer_range: [1, 3]}]
path: {gene: {repeats: 2, scale: {low: 0.5, high: 1.5}}}
"""
MODELS = """\
merge_method: linear
base_model: b
models:
  - {model: a, parameters: {weight: {gene: {low: 0, high: 1}}}}
  - {model: b}
path: {gene: {layers: 3}}
"""


def elite(depth, name="e"):
    path = [{"layer": 0}] * depth
    models = [{"model": name}]
    return Offspring(
        recipe_from({"merge_method": "passthrough", "models": models, "path": path}), name
    )


def sources(recipe):
    return [
        [(source.model, source.layer_range) for source in part.sources] for part in recipe.slices
    ]


def test_each_elite_is_a_slice_before_the_recipes_own():
    recipe = stacked(parse_recipe(SLICES + EVOLVE), {"e": elite(4), "f": elite(2)})
    assert sources(recipe) == [
        [("e", (0, 4))],
        [("f", (0, 2))],
        [("a", (0, 3))],
        [("b", (1, 3))],
    ]
    space = recipe.path_space()
    assert (space.layers, space.slots, space.longest) == (11, 22, 10)
    assert recipe.evolve == parse_recipe(SLICES + EVOLVE).evolve


def test_the_search_begins_with_the_best_elite_alone():
    genome = Genome(stacked(parse_recipe(SLICES + EVOLVE), {"e": elite(4), "f": elite(2)}))
    begun = genome.decode(genome.start)
    assert [step.layer for step in begun.path] == [0, 1, 2, 3]
    assert [step.scale for step in begun.path] == pytest.approx([1.0] * 4, abs=1e-6)


def test_models_become_a_slice_and_the_best_elite_their_base():
    recipe = stacked(parse_recipe(MODELS + EVOLVE), {"e": elite(2)})
    assert sources(recipe) == [[("e", (0, 2))], [("a", (0, 3)), ("b", (0, 3))]]
    assert (recipe.base_model, recipe.template, recipe.models) == ("e", "e", None)
    genome = Genome(recipe)
    assert "slices.1.sources.0.parameters.weight" in genome.names
    assert len(genome.decode(genome.start).path) == 2


@pytest.mark.parametrize(
    "depths, joins",
    [((4, 6), [4, 6]), ((10, 1), [10]), ((7, 5, 3, 1), [7, 3]), ((0, 4), [4]), ((0,), [])],
)
def test_elites_join_best_first_as_long_as_there_is_room_for_them(depths, joins):
    """At most 10 layers: as many as the first cycle's path may have."""
    recipe = parse_recipe(SLICES + EVOLVE)
    elites = [
        elite(depth) if depth else Offspring(over(["a"], 3, 0).unrouted, "a") for depth in depths
    ]
    assert [len(each.recipe.path) for each in stackable(recipe, elites)] == joins
    assert joining(recipe, elites) == stackable(recipe, elites)


def test_no_cycle_has_more_slots_than_the_widest():
    recipe = parse_recipe(SLICES + EVOLVE)
    space = stacked(recipe, {"e": elite(10)}).path_space()
    most = widest(recipe)
    assert (space.slots, space.longest) == (most.slots, most.longest) == (2 * 15, 10)
    assert len(space.genes) == len(most.genes)


def test_elites_do_not_outgrow_the_first_cycle():
    """However often they join: a path has its limit from there."""
    recipe, joins = parse_recipe(SLICES + EVOLVE), {"e": elite(5)}
    for _ in range(4):
        genome = Genome(stacked(recipe, joins))
        everything = genome.decode([0.9] * len(genome))
        joins = {"e": Offspring(everything, "e")}
    assert len(everything.path) == 10
    assert genome.recipe.path_space().slots == 30


TAKES_ONE = sorted(
    name
    for name, method in METHODS.items()
    if method.base == "unused" and method.models[0] == 1 and method.statistic is None
)


@pytest.mark.parametrize("name", TAKES_ONE)
def test_an_elite_is_what_it_is_whatever_the_recipe_says_of_all(name, make_model, tmp_path):
    """Bit for bit, at the path that the next search begins with."""
    a, b = make_model("a", 1), make_model("b", 2)
    e, folder = over([a, b], 3, 0, (4, 0.5), 2, 4), tmp_path / "e"
    sha256 = merge(e, folder)
    said = {"linear": "{weight: 3, normalize: false}", "passthrough": "{scale: 2}"}
    text = SLICES.replace("passthrough", name).replace("model: a", f"model: {a}")
    text = text.replace("model: b", f"model: {b}") + f"parameters: {said.get(name, '{}')}\n"
    recipe = parse_recipe(text + EVOLVE)
    require_joinable(recipe)
    genome = Genome(stacked(recipe, {str(folder): Offspring(e, "e")}))
    begun = genome.decode(genome.start)
    assert merge(begun, tmp_path / "begun") == sha256
    assert apart(live(begun), saved(begun, tmp_path / "saved")) < CLOSE


@pytest.mark.parametrize(
    "before, after, told",
    [
        ("path: {gene: {layers: 3}}", "path: [{layer: 0}]", "a path without genes has not"),
        ("{model: b}", "{model: b, use: {gene: {choice: [true, false]}}}", "take `use` from them"),
        ("linear", "task_arithmetic", "task_arithmetic leaves none as it is"),
        ("linear", "{gene: {choice: [linear, nuslerp]}}", "nuslerp leaves none as it is"),
    ],
)
def test_what_cannot_be_a_stack_is_told_with_the_line_of_cycles(before, after, told):
    recipe = parse_recipe(MODELS.replace(before, after) + EVOLVE, "r.yaml")
    with pytest.raises(RecipeError, match=f"^r.yaml:8: elites join as .*{told}"):
        require_joinable(recipe)


def test_elites_of_a_path_have_no_parameters_to_join_with():
    text = SLICES + EVOLVE + "  joins:\n    scale: 1\n"
    with pytest.raises(
        RecipeError, match=r"^r.yaml:10: evolve.joins: is for elites that are mixed"
    ):
        parse_recipe(text, "r.yaml")


@pytest.mark.parametrize("family", ["qwen2", "gemma2", "gpt_oss", "qwen3_moe", "gpt2"])
def test_elites_are_stacks_whatever_config_says_of_layers(family, tmp_path):
    """Heads that are tied, lists for each layer, layers of other kinds; opened as `merge` does."""
    a, b = (save(tmp_path / name, family, seed) for seed, name in enumerate("ab"))
    e = over([a, b], 3, 0, 4, 2, 4, 5)
    sha256 = merge(e, tmp_path / "e")
    text = SLICES.replace("model: a", f"model: {a}").replace("model: b", f"model: {b}")
    text = text.replace(", scale: {low: 0.5, high: 1.5}", "")
    recipe = stacked(parse_recipe(text + EVOLVE), {str(tmp_path / "e"): Offspring(e, "e")})
    assert [*open_parents(recipe)] == [str(tmp_path / "e"), a, b]
    genome = Genome(recipe)
    begun = genome.decode(genome.start)
    assert merge(begun, tmp_path / "begun") == sha256
    further = recipe_from({**begun.plain(), "path": [{"layer": n} for n in (0, 6, 2, 3, 9)]})
    assert apart(live(further), saved(further, tmp_path / "further")) < CLOSE
