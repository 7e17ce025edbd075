import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.recipe import recipe_from
from evomerge.recipe.lineage import kinship, shares_of


def merge_of(weights, **more):
    models = [
        {"model": name, "parameters": {} if weight is None else {"weight": weight}}
        for name, weight in weights.items()
    ]
    return recipe_from(
        {"merge_method": "task_arithmetic", "base_model": "o", "models": models, **more}
    )


@pytest.mark.parametrize(
    "weights, more, shares",
    [
        ({"a": 3.0, "b": 1.0}, {}, {"a": 0.75, "b": 0.25}),
        ({"a": -3.0, "b": 1.0}, {}, {"a": 0.75, "b": 0.25}),
        ({"o": 5.0, "a": 1.0}, {}, {"a": 1.0}),
        ({"a": None, "b": None}, {}, {"a": 0.5, "b": 0.5}),
        ({"a": None, "b": 1.0}, {"parameters": {"weight": 3.0}}, {"a": 0.75, "b": 0.25}),
        ({"a": [1.0, 3.0], "b": 2.0}, {}, {"a": 0.5, "b": 0.5}),
        (
            {"a": [{"filter": "mlp", "value": 2.0}, {"value": 4.0}], "b": 1.0},
            {},
            {"a": 0.75, "b": 0.25},
        ),
        ({"a": 0.0, "b": 0.0}, {}, {"a": 0.5, "b": 0.5}),
    ],
)
def test_shares_are_by_the_sizes_of_weights(weights, more, shares):
    assert shares_of(merge_of(weights, **more), {}) == pytest.approx(shares)


def test_a_parent_that_is_a_merge_hands_its_own_shares_down():
    elite = shares_of(merge_of({"a": 1.0, "b": 3.0}), {})
    child = shares_of(merge_of({"a": 1.0, "elite": 1.0}), {"elite": elite})
    assert child == pytest.approx({"a": 0.625, "b": 0.375})


def test_kinship_of_the_unrelated_the_same_and_one_alone():
    assert kinship([{"a": 1.0}, {"b": 1.0}]) == 0
    assert kinship([{"a": 1.0}, {"a": 1.0}, {"b": 1.0}]) == pytest.approx(1 / 3)
    assert kinship([{"a": 0.5, "b": 0.5}] * 2) == pytest.approx(0.5)
    assert kinship([{"a": 0.2, "b": 0.8}]) == 1


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(-9, 9), min_size=1))
def test_shares_of_any_weights_add_up_to_one(weights):
    shares = shares_of(merge_of(weights), {})
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) >= 0
    assert 0 <= kinship([shares, shares]) <= 1 + 1e-9


def stacked(path):
    sources = [
        [{"model": "a", "layer_range": [0, 3], "parameters": {"weight": 3}}],
        [
            {"model": "b", "layer_range": [0, 2], "parameters": {"weight": [1, 0]}},
            {"model": "elite", "layer_range": [0, 2]},
        ],
    ]
    slices = [{"sources": each, "parameters": {"weight": 1.5}} for each in sources]
    return recipe_from({"merge_method": "linear", "slices": slices, "path": path})


@pytest.mark.parametrize(
    "layers, shares",
    [
        ([0, 1], {"a": 1.0}),
        ([0, 1, 2, 4], {"a": 3 / 4, "b": 1 / 16, "c": 3 / 16}),
        ([3, 3], {"b": 1 / 4, "c": 3 / 4}),
    ],
)
def test_a_path_has_shares_of_the_layers_that_it_runs_through(layers, shares):
    recipe = stacked([{"layer": layer} for layer in layers])
    assert shares_of(recipe, {"elite": {"c": 1.0}}) == pytest.approx(shares)
