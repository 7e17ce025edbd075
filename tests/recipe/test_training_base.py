import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import parse_recipe
from evomerge.recipe.training_base import training_base
from tests.recipe.test_training import TEXT


def test_the_base_is_the_recipes_unless_it_names_another():
    assert training_base(parse_recipe(TEXT.replace("KEYS", ""))) == "zoo:base"
    assert training_base(parse_recipe(TEXT.replace("KEYS", "from: b"))) == "b"
    assert training_base(parse_recipe("merge_method: linear\nmodels: [{model: a}]")) is None


def test_where_the_recipe_has_no_base_one_must_be_named():
    text = TEXT.replace("base_model: zoo:base\n", "").replace("task_arithmetic", "linear")
    with pytest.raises(RecipeError, match=r"<recipe>:7: evolve\.training: .* say from: MODEL"):
        training_base(parse_recipe(text.replace("KEYS", "")))
    assert training_base(parse_recipe(text.replace("KEYS", "from: b"))) == "b"


def test_what_is_no_model_of_the_recipe_is_refused():
    with pytest.raises(RecipeError, match=r"evolve\.training: from: zoo:reverse is none of the"):
        training_base(parse_recipe(TEXT.replace("KEYS", "from: zoo:reverse")))
