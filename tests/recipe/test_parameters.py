import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.recipe import parse_recipe
from evomerge.recipe.parameters import depth_of, has_gradient, lookup


def levels(*texts):
    """Parameters of the source, of its slice, of the recipe."""
    return [
        parse_recipe(f"merge_method: m\nmodels: [{{model: a, parameters: {text}}}]")
        .models[0]
        .parameters
        for text in texts
    ]


def test_the_nearest_level_that_has_a_value_wins():
    both = levels("{weight: 1}", "{weight: 2, density: 3}")
    assert lookup("weight", both, "t", 0) == 1
    assert lookup("density", both, "t", 0) == 3
    assert lookup("t", both, "t", 0) is None


def test_the_first_matching_rule_wins_and_no_match_falls_through():
    rules = "{t: [{filter: attn, value: 1}, {filter: self, value: 2}]}"
    both = levels(rules, "{t: 9}")
    assert lookup("t", both, "layers.0.self_attn.q", 0) == 1
    assert lookup("t", both, "layers.0.self_other", 0) == 2
    assert lookup("t", both, "layers.0.mlp", 0) == 9
    assert lookup("t", levels("{t: [{filter: attn, value: 1}, 0.5]}"), "layers.0.mlp", 0) == 0.5


@pytest.mark.parametrize("depth, value", [(0, 0), (0.25, 0.5), (0.5, 1), (0.75, 0.5), (1, 0)])
def test_gradients_are_piecewise_linear(depth, value):
    assert lookup("t", levels("{t: [0, 1, 0]}"), "x", depth) == pytest.approx(value)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6), st.floats(0, 1))
def test_gradients_stay_between_their_points(points, depth):
    value = lookup("t", levels(f"{{t: {points}}}"), "x", depth)
    assert min(points) - 1e-9 <= value <= max(points) + 1e-9


def test_depth_runs_from_0_to_1_and_a_single_layer_is_at_1():
    assert [depth_of(layer, 5) for layer in range(5)] == [0, 0.25, 0.5, 0.75, 1]
    assert depth_of(0, 1) == 1
    assert depth_of(None, 5) == 0


def test_steps_have_no_values_between_their_points():
    steps = levels("{normalize: [0, 1, 0]}")
    at = [lookup("normalize", steps, "x", depth, in_steps=True) for depth in (0, 0.4, 0.5, 0.9, 1)]
    assert at == [0, 0, 1, 1, 0]


def test_an_empty_filter_and_a_star_are_for_every_tensor():
    for rule in ("{filter: '', value: 1}", "{filter: '*', value: 1}", "{value: 1}"):
        assert lookup("t", levels(f"{{t: [{rule}, {{value: 2}}]}}"), "layers.0.mlp", 0) == 1
        assert lookup("t", levels(f"{{t: {rule}}}"), "layers.0.mlp", 0) == 1


def test_an_open_gene_is_an_error_and_no_number():
    with pytest.raises(TypeError, match="left open"):
        lookup("t", levels("{t: {gene: {low: 0, high: 1}}}"), "x", 0)


@pytest.mark.parametrize(
    "setting, found",
    [
        ("1", False),
        ("[0, 1]", True),
        ("[1]", True),
        ("{filter: mlp, value: 1}", False),
        ("{filter: mlp, value: [0, 1]}", True),
        ("[{filter: mlp, value: 1}, 2]", False),
        ("[{filter: mlp, value: 1}, {value: [0, 1]}]", True),
        ("[{filter: mlp, value: [1, 2]}, 2]", True),
    ],
)
def test_a_list_of_numbers_is_a_gradient_wherever_it_stands(setting, found):
    (parameters,) = levels(f"{{t: {setting}}}")
    assert has_gradient(parameters["t"]) is found
