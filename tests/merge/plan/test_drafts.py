from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.drafts import levels_of, lineup_of, of_models, with_base
from evomerge.merge.plan.sections import sections_of
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.tiny import LAYERS

RECIPE = """
merge_method: ties
base_model: base
models: [{model: a}, {model: b}]
"""


def test_the_parameters_of_a_module_come_before_the_recipes():
    assert levels_of(()) == (("parameters",),)
    assert levels_of(("modules", "m")) == (("modules", "m", "parameters"), ("parameters",))


def test_a_base_that_no_entry_names_comes_first_and_has_no_parameters_of_its_own():
    recipe = parse_recipe(RECIPE)
    (levels, base), *others = with_base(recipe, ("models",), recipe.models, "base")
    assert (levels, base.model, base.parameters) == ((), "base", {})
    assert others == [((("models", n, "parameters"),), recipe.models[n]) for n in range(2)]


def test_a_base_is_added_neither_twice_nor_where_the_method_reads_none():
    recipe = parse_recipe(RECIPE)
    assert len(with_base(recipe, ("models",), recipe.models, "b")) == 2
    linear = parse_recipe(RECIPE.replace("ties", "linear"))
    assert len(with_base(linear, ("models",), linear.models, "base")) == 2


def test_a_lineup_is_what_is_combined_and_the_base_where_the_method_reads_it():
    for method, combined, base in (("ties", "ac", "b"), ("linear", "abc", None)):
        listed = "[{model: a}, {model: b}, {model: c}]"
        recipe = parse_recipe(f"merge_method: {method}\nbase_model: b\nmodels: {listed}")
        entries = with_base(recipe, ("models",), recipe.models, "b")
        lineup = lineup_of(recipe, entries, levels_of(()), "b")
        assert "".join(entry.model for entry in lineup.entries) == combined
        numbers = ["abc".index(model) for model in combined]
        assert lineup.levels == tuple(
            (("models", n, "parameters"), ("parameters",)) for n in numbers
        )
        assert (lineup.base and lineup.base.model, lineup.first.model) == (base, "a")


def test_every_tensor_is_drafted_from_the_same_of_all_models_at_its_depth(make_model):
    names = {name: make_model(name, seed) for seed, name in enumerate(("base", "a", "b"))}
    text = RECIPE
    for name in ("a", "b"):
        text = text.replace(f"model: {name}}}", f"model: {names[name]}}}")
    recipe = parse_recipe(text.replace("base_model: base", f"base_model: {names['base']}"))
    catalogue = TensorCatalogue({name: open_parent(name) for name in names.values()})
    (section,) = sections_of(recipe, catalogue)
    drafts = {draft.name: draft for draft in of_models(recipe, section, catalogue)}
    assert {*drafts} == {*section.names}
    for layer in range(LAYERS):
        name = f"model.layers.{layer}.mlp.up_proj.weight"
        assert drafts[name].depth == layer / (LAYERS - 1)
        assert drafts[name].inputs.parents == (names["a"], names["b"])
        assert drafts[name].inputs.tensors == (name, name)
        assert drafts[name].base == (names["base"], name)
    assert drafts["model.norm.weight"].depth == 0
    (lineup,) = {draft.lineup for draft in drafts.values()}
    assert [entry.model for entry in lineup.entries] == [names["a"], names["b"]]
