import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import parse_recipe


@pytest.mark.parametrize(
    "method, methods",
    [
        ("ties", ("ties",)),
        ("{gene: {choice: [ties, della]}}", ("ties", "della")),
        ("{formula: mean(theta)}", ("formula",)),
    ],
)
def test_a_method_is_a_name_a_choice_or_a_formula(method, methods):
    assert parse_recipe(f"merge_method: {method}\nmodels: [{{model: A}}]").methods == methods


@pytest.mark.parametrize("method", ["3", "[ties]", "{}", "{gene: {low: 0, high: 1}}"])
def test_it_is_nothing_else(method):
    with pytest.raises(RecipeError, match="merge_method"):
        parse_recipe(f"merge_method: {method}\nmodels: [{{model: A}}]")
