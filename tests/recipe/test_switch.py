import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, Open, parse_recipe

USE = "use: {gene: {choice: [true, false]}}"
WEIGHT = "parameters: {weight: {gene: {low: 0, high: 1}}}"
TEXT = f"""\
merge_method: task_arithmetic
base_model: z
models:
  - {{model: a, {USE}, {WEIGHT}}}
  - {{model: b, {WEIGHT}}}
  - {{model: c, {USE}, {WEIGHT}}}
"""


def models(recipe):
    return {entry.model: entry.parameters.get("weight") for entry in recipe.models}


def decoded(**values):
    """By letter of the model whose `use` or weight it is."""
    genome = Genome(parse_recipe(TEXT))
    known = dict(zip(genome.names, genome.start, strict=True))
    for key, x in values.items():
        what, model = key.split("_")
        tail = "use" if what == "use" else "parameters.weight"
        known[f"models.{'abc'.index(model)}.{tail}"] = x
    return genome, genome.decode([*known.values()])


def test_a_model_that_is_switched_off_is_none_of_the_recipe():
    _, recipe = decoded(use_a=0.75, weight_c=0.25)
    assert models(recipe) == {"b": 0.5, "c": 0.25}
    assert "use" not in str(recipe.plain())


def test_a_search_begins_with_all_models():
    genome, recipe = decoded()
    assert models(recipe) == {"a": 0.5, "b": 0.5, "c": 0.5}
    assert genome.decode(genome.start) == recipe
    text = TEXT.replace("[true, false]", "[false, true]", 1)
    assert models(Genome(parse_recipe(text)).decode(Genome(parse_recipe(text)).start)).keys() == {
        *"abc"
    }


def test_what_was_decoded_is_encoded():
    for values in ({"use_a": 0.75}, {"use_c": 0.75, "weight_b": 0.25}, {}):
        genome, recipe = decoded(**values)
        vector = genome.encode(recipe)
        assert genome.decode(vector) == recipe
        assert genome.snap(vector) == vector


def test_genes_of_a_model_that_was_left_out_are_where_the_search_began():
    genome, recipe = decoded(use_a=0.75, weight_a=1.0)
    values = dict(zip(genome.names, genome.encode(recipe), strict=True))
    assert values["models.0.use"] == 0.75
    assert values["models.0.parameters.weight"] == 0.5


def test_without_any_model_it_is_the_base():
    text = TEXT.replace(f"  - {{model: b, {WEIGHT}}}\n", "")
    genome = Genome(parse_recipe(text))
    recipe = genome.decode([0.5, 0.75, 0.5, 0.75])
    assert (recipe.merge_method, models(recipe)) == ("linear", {"z": None})
    assert recipe.base_model == "z"


def test_to_say_that_a_model_is_used_says_nothing():
    assert parse_recipe(TEXT.replace(USE, "use: true")) == parse_recipe(
        TEXT.replace(f"{USE}, ", "")
    )
    (use, *_) = (entry.use for entry in parse_recipe(TEXT).models)
    assert isinstance(use, Open)
    assert use.gene.start is True


@pytest.mark.parametrize(
    "wrong, told",
    [
        ("use: false", "recipe>:4: .*a model that is not used is left out of the recipe"),
        ("use: 1", r"recipe>:4: .*use is \{gene"),
        ("use: {gene: {choice: [1, 0]}}", r"use is \{gene"),
        ("use: {gene: {choice: [true]}}", r"use is \{gene"),
        ("use: {gene: {low: 0, high: 1}}", r"use is \{gene"),
        ("use: {gene: {choice: [true, false], points: 2}}", r"use is \{gene"),
    ],
)
def test_it_is_a_gene_of_two_values(wrong, told):
    with pytest.raises(RecipeError, match=told):
        parse_recipe(TEXT.replace(USE, wrong, 1))


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("base_model: z\n", "", "the first model gives config and tokenizer"),
        ("base_model: z\n", "base_model: z\ntokenizer_source: union\n", "made of all models"),
        ("base_model: z\n", "base_model: z\nchat_template: auto\n", "made of all models"),
    ],
)
def test_what_all_models_are_needed_for_leaves_out_none(old, new, told):
    with pytest.raises(RecipeError, match=told):
        parse_recipe(TEXT.replace(old, new))


def test_slices_need_all_their_sources():
    slices = f"""\
merge_method: task_arithmetic
base_model: z
slices:
  - sources: [{{model: a, layer_range: [0, 2], {USE}}}, {{model: z, layer_range: [0, 2]}}]
"""
    with pytest.raises(RecipeError, match="use stands under models:"):
        parse_recipe(slices)
