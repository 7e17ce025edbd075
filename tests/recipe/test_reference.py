import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import load_recipe, parse_recipe
from evomerge.recipe.reference import model_name


@pytest.mark.parametrize(
    "long, name",
    [
        ("org/m@v1+org/adapter", "org/m@v1+org/adapter"),
        ({"model": "org/m@v1"}, "org/m@v1"),
        ({"model": {"path": "org/m"}}, "org/m"),
        ({"model": {"path": "org/m", "revision": "v1"}, "lora": None}, "org/m@v1"),
        ({"model": {"path": "org/m", "revision": None}, "lora": "org/a@2"}, "org/m+org/a@2"),
        (
            {"model": {"path": "m", "revision": "v1"}, "lora": {"path": "a", "revision": 2}},
            "m@v1+a@2",
        ),
    ],
)
def test_the_long_form_is_the_short_one(long, name):
    assert model_name(long) == name


@pytest.mark.parametrize(
    "text, problem",
    [
        ("{model: m, override_architecture: X}", "found from the tensors' names"),
        ("{path: m}", "a model is a name, or {model: …, lora: …}"),
        ("{model: {folder: m}}", "a model's place is a name, or {path: …, revision: …}"),
        ("{model: {path: ''}}", "must not be empty"),
        ("[m]", "should be a valid string"),
    ],
)
def test_other_forms_are_refused_with_their_line(text, problem):
    with pytest.raises(RecipeError) as caught:
        parse_recipe(f"merge_method: linear\nmodels:\n  - model: {text}\n", "r.yaml")
    assert str(caught.value).startswith("r.yaml:3: models[0].model")
    assert problem in str(caught.value)


def test_folders_in_the_long_form_are_found_beside_the_recipe(tmp_path):
    for name in ("model", "adapter", "a+b"):
        (tmp_path / name).mkdir()
    file = tmp_path / "r.yaml"
    file.write_text(
        "merge_method: linear\nbase_model: {model: {path: model}}\nmodels:\n"
        "  - model: {model: {path: model}, lora: {path: adapter}}\n"
        "  - model: {model: {path: a+b}}\n"
    )
    assert load_recipe(file).parent_names == (
        f"{tmp_path}/model",
        f"{tmp_path}/model+{tmp_path}/adapter",
        f"{tmp_path}/a+b",
    )
