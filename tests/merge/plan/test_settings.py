import pytest

from evomerge.errors import RecipeError
from evomerge.merge.methods import METHODS
from evomerge.merge.plan.settings import all_parameters, check_parameters, ignored, takes, without
from evomerge.recipe import parse_recipe

TEXT = """
merge_method: ties
base_model: base
models:
  - {model: a, parameters: {weight: 0.5, density: 0.5}}
parameters: {normalize: true, lambda: 0.5}
"""
TIES = METHODS["ties"]


def test_all_parameters_are_given_with_where_they_stand():
    recipe = parse_recipe(
        """
merge_method: linear
parameters: {normalize: true}
modules:
  text_decoder:
    parameters: {weight: 1}
    slices:
      - parameters: {weight: 2}
        sources: [{model: a, layer_range: [0, 1], parameters: {weight: 3}}]
"""
    )
    at = ("modules", "text_decoder")
    assert {place: parameters for parameters, place in all_parameters(recipe)} == {
        ("parameters",): {"normalize": True},
        (*at, "parameters"): {"weight": 1},
        (*at, "slices", 0, "parameters"): {"weight": 2},
        (*at, "slices", 0, "sources", 0, "parameters"): {"weight": 3},
    }


@pytest.mark.parametrize(
    "name, place, taken",
    [
        ("weight", ("models", 0, "parameters"), True),
        ("weight", ("parameters",), True),
        ("lambda", ("parameters",), True),
        ("lambda", ("models", 0, "parameters"), False),
        ("gamma", ("parameters",), False),
    ],
)
def test_a_parameter_of_all_models_stands_at_none(name, place, taken):
    assert takes(TIES, name, place) is taken


def test_what_no_method_of_these_takes_is_ignored_and_can_be_left_out():
    recipe = parse_recipe(TEXT.replace("density: 0.5", "density: 0.5, gamma: 0.1"))
    places = ignored(recipe, [TIES])
    assert places == [("models", 0, "parameters", "gamma")]
    assert without(recipe, places) == parse_recipe(TEXT)


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("density: 0.5", "density: -0.5", r"r\.yaml:5: density must lie between"),
        ("density: 0.5", "density: high", r"r\.yaml:5: density is a number, not 'high'"),
        ("density: 0.5", "densty: 0.5", r"r\.yaml:5: .*did you mean 'density'\?"),
        ("normalize: true", "normalize: 2", r"r\.yaml:6: normalize is true or false, not 2"),
        ("weight: 0.5", "weight: 0.5, lambda: 1", r"lambda is one for all models"),
        (
            "normalize: true",
            "normalize: {gene: {low: 0, high: 1}}",
            r"normalize has no values between two others; list them",
        ),
    ],
)
def test_what_a_method_does_not_take_is_told_with_its_line(old, new, problem):
    check_parameters(parse_recipe(TEXT), [TIES])
    with pytest.raises(RecipeError, match=problem):
        check_parameters(parse_recipe(TEXT.replace(old, new), "r.yaml"), [TIES])
