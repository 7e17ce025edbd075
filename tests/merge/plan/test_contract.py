"""What a recipe may ask of its method, of several methods, and of none."""

from dataclasses import replace

import pytest

from evomerge.errors import RecipeError
from evomerge.merge.methods import METHODS, Parameter
from evomerge.merge.plan.contract import (
    check_contract,
    inputs_of,
    known_only,
    method_of,
    methods_of,
    remarks,
)
from evomerge.recipe import Genome, digest, parse_recipe
from tests.recipe.test_schema import MODULES

OPEN = """
merge_method: {gene: {choice: [linear, ties, dare_ties]}}
base_model: b
models:
  - model: x
    parameters: {weight: {gene: {low: 0, high: 1}}, density: {gene: {low: 0.1, high: 1}}}
  - model: y
    parameters: {weight: [{filter: mlp, value: 2}], density: [{gene: {low: 0.1, high: 1}}, 1]}
parameters: {normalize: true, lambda: {gene: {low: 0.5, high: 1.5}}, int8_mask: true}
"""


@pytest.mark.parametrize(
    "text, problem",
    [
        (
            "merge_method: tise\nmodels: [{model: a}]",
            "unknown merge_method 'tise'; did you mean 'ties'",
        ),
        ("merge_method: ties\nmodels: [{model: a}]", "ties needs a base_model"),
        ("merge_method: ties\nbase_model: a\nmodels: [{model: a}]", "1 or more models besides"),
        (
            "merge_method: slerp\nbase_model: a\nmodels: [{model: b}, {model: c}]",
            "slerp merges 1 models besides the base, not 2",
        ),
        (
            "merge_method: nuslerp\nbase_model: a\nmodels: [{model: a}, {model: b}]",
            "nuslerp merges 2 models besides the base, not 1",
        ),
        ("merge_method: nuslerp\nmodels: [{model: b}]", "nuslerp merges 2 models, not 1"),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {wieght: 1}}]",
            "linear has no parameter 'wieght'; did you mean 'weight'",
        ),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {density: {gene: "
            "{low: 0, high: 1}}}}]",
            "linear has no parameter 'density'",
        ),
        (
            "merge_method: {gene: {choice: [ties, slerp]}}\nbase_model: a\n"
            "models: [{model: b}, {model: c}]",
            "slerp merges 1 models besides the base, not 2",
        ),
        (
            "merge_method: {gene: {choice: [linear, ties]}}\nmodels: [{model: b}]",
            "ties needs a base_model",
        ),
        (
            "merge_method: {gene: {choice: [task_arithmetic, tise]}}\nmodels: [{model: b}]",
            "unknown merge_method 'tise'; did you mean 'ties'",
        ),
        (
            "merge_method: {gene: {choice: [linear, ties]}}\nbase_model: b\n"
            "models: [{model: a, parameters: {density: {gene: {low: -1, high: 1}}}}]",
            "density of ties must lie between 0.0 and inf, not be -1.0",
        ),
        (
            "merge_method: {gene: {choice: [linear, task_arithmetic]}}\nbase_model: b\n"
            "models: [{model: a, parameters: {density: {gene: {low: 0, high: 1}}}}]",
            "linear or task_arithmetic has no parameter 'density'; it has weight, normalize, l",
        ),
        (
            "merge_method: linear\nbase_model: b\nmodels: [{model: a}]\nparameters: {weight: 1}",
            "linear has no base: mergekit merges base_model like the other models",
        ),
        *(
            (
                f"merge_method: linear\nbase_model: b\n{shared}modules: "
                f"{{text_decoder: {{models: [{{model: a}}]{own}}}}}",
                "linear has no base: mergekit merges base_model like the other models",
            )
            for shared, own in (
                ("parameters: {weight: 1}\n", ""),
                ("", ", parameters: {weight: 1}"),
            )
        ),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {normalize: true}}]",
            "normalize is one for all models",
        ),
        (
            "merge_method: linear\nmodels: [{model: a}]\nparameters: {normalize: 2}",
            "normalize is true or false, not 2",
        ),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {weight: true}}]",
            "weight is a number, not True",
        ),
        (
            "merge_method: ties\nbase_model: b\n"
            "models: [{model: a, parameters: {density: {gene: {low: -1, high: 1}}}}]",
            "density must lie between 0.0 and inf, not be -1.0",
        ),
    ],
)
def test_breaches_of_contract_are_told(text, problem):
    with pytest.raises(RecipeError) as caught:
        check_contract(parse_recipe(text, "r.yaml"))
    assert problem in str(caught.value)
    assert str(caught.value).startswith("r.yaml:")


def test_parameters_of_mergekit_that_have_nothing_to_do_here_pass():
    """That one, and no other name that the method does not know."""
    text = "merge_method: linear\nmodels: [{model: a}]\nparameters: {int8_mask: true}"
    check_contract(parse_recipe(text))
    with pytest.raises(RecipeError, match="no parameter 'int4_mask'"):
        check_contract(parse_recipe(text.replace("int8", "int4")))


def test_a_parameter_of_another_method_has_no_effect_and_is_told():
    recipe = parse_recipe(
        "merge_method: linear\nmodels: [{model: a, parameters: {weight: 1, density: 0.5}}]\n"
        "parameters: {int8_mask: true, t: 0.5}"
    )
    check_contract(recipe)
    assert remarks(recipe) == [
        "parameters.t has no effect: linear takes no t there",
        "models.0.parameters.density has no effect: linear takes no density there",
    ]
    assert known_only(recipe).plain() == {
        "merge_method": "linear",
        "models": [{"model": "a", "parameters": {"weight": 1}}],
    }
    assert known_only(known_only(recipe)) == known_only(recipe)


def test_an_idle_base_passes_where_it_can_mean_one_thing_only():
    own = "merge_method: linear\nbase_model: b\nmodels: [{model: a, parameters: {weight: 1}}]"
    gives_config = parse_recipe(own)
    check_contract(gives_config)
    assert gives_config.template == "b"
    assert inputs_of(gives_config, ("a",)) == ("a",)
    part = "[{sources: [{model: a, layer_range: [0, 1]}]}]"
    check_contract(
        parse_recipe(
            f"merge_method: linear\nbase_model: b\nslices: {part}\nparameters: {{weight: 1}}"
        )
    )
    among = "merge_method: linear\nbase_model: a\nmodels: [{model: a}]\nparameters: {weight: 1}"
    is_merged = parse_recipe(among)
    check_contract(is_merged)
    assert inputs_of(is_merged, ("a",)) == ("a",)


def test_an_open_method_is_checked_with_every_choice():
    recipe = parse_recipe(OPEN)
    check_contract(recipe)
    assert [m.name for m in methods_of(recipe)] == ["linear", "ties", "dare_ties"]
    assert remarks(recipe) == []
    assert inputs_of(recipe, ("b", "x", "y")) == ("x", "y")
    with pytest.raises(TypeError, match="left open"):
        method_of(recipe)


def test_a_decoded_recipe_keeps_what_its_method_takes_and_nothing_else():
    genome = Genome(parse_recipe(OPEN))
    assert genome.names[0] == "merge_method"
    seen = set()
    for place, name in enumerate(("linear", "ties", "dare_ties")):
        decoded = genome.decode([(place + 0.5) / 3, 0.25, 0.5, 0.5, 0.5])
        check_contract(decoded)
        settled = known_only(decoded)
        assert settled.merge_method == name
        kept = {*settled.parameters, *settled.models[0].parameters}
        given = {*decoded.parameters, *decoded.models[0].parameters}
        assert kept == given & set(METHODS[name].parameters)
        assert genome.encode(decoded)[1:] == genome.snap([0.5, 0.25, 0.5, 0.5, 0.5])[1:]
        seen.add(digest(settled, {"b": "0", "x": "1", "y": "2"}))
    assert len(seen) == 3


def test_genes_of_other_methods_do_not_change_a_digest():
    genome, content = Genome(parse_recipe(OPEN)), {"b": "0", "x": "1", "y": "2"}

    def named(*vector):
        return digest(known_only(genome.decode(vector)), content)

    assert named(0.1, 0.1, 0.25, 0.2, 0.3) == named(0.2, 0.9, 0.25, 0.8, 0.7)
    assert named(0.1, 0.1, 0.25, 0.2, 0.3) != named(0.1, 0.1, 0.75, 0.2, 0.3)
    assert named(0.5, 0.1, 0.25, 0.2, 0.3) != named(0.5, 0.9, 0.25, 0.2, 0.3)


def test_whole_numbers_have_none_between_them(monkeypatch):
    counted = {**METHODS["linear"].parameters, "rounds": Parameter(10, low=1, high=50)}
    monkeypatch.setitem(METHODS, "linear", replace(METHODS["linear"], parameters=counted))

    def check(value):
        text = f"merge_method: linear\nmodels: [{{model: a}}]\nparameters: {{rounds: {value}}}"
        check_contract(parse_recipe(text))

    for value in ("3", "3.0", "'3'", "[1, 20]", "{gene: {choice: [5, 10]}}"):
        check(value)
    with pytest.raises(RecipeError, match=r"rounds is a whole number, not 2\.5"):
        check("2.5")
    with pytest.raises(RecipeError, match="rounds must lie between 1 and 50, not be 51"):
        check("51")
    with pytest.raises(RecipeError, match="rounds has no values between two others; list them"):
        check("{gene: {low: 1, high: 50}}")


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("weight: 2", "wieght: 2", "r.yaml:9: .*no parameter 'wieght'"),
        ("weight: {gene", "normalise: {gene", "r.yaml:7: .*no parameter 'normalise'"),
        ("method: linear", "method: slerp", "needs a base_model"),
        (
            "method: linear",
            "method: slerp\nbase_model: d",
            "slerp merges 1 models besides the base, not 2",
        ),
    ],
)
def test_the_methods_contract_holds_in_every_module(old, new, problem):
    check_contract(parse_recipe(MODULES, "r.yaml"))
    with pytest.raises(RecipeError, match=problem):
        check_contract(parse_recipe(MODULES.replace(old, new), "r.yaml"))


def test_as_many_models_as_a_method_needs_cannot_be_left_out():
    use = "use: {gene: {choice: [true, false]}}"
    text = f"merge_method: model_stock\nbase_model: z\nmodels: [{{model: a}}, {{model: b, {use}}}]"
    with pytest.raises(
        RecipeError, match=r"recipe>:3: model_stock merges 2 or more.*always be used"
    ):
        check_contract(parse_recipe(text))
    check_contract(parse_recipe(text.replace("[{model: a}", "[{model: a}, {model: c}")))
    check_contract(parse_recipe(text.replace("model_stock", "ties").replace("{model: a}, ", "")))
