"""Paths in mergekit's words. mergekit 0.1.5 made the same bits of the second file here."""

import pytest
import yaml

from evomerge.errors import RecipeError
from evomerge.merge.mergekit.export import export
from evomerge.merge.merging import merge
from evomerge.recipe import parse_recipe, recipe_from
from evomerge.zoo import zoo_folder
from tests.path_cases import over

ZOO = ["zoo:arithmetic", "zoo:french"]


def exported(recipe):
    plain = yaml.safe_load(export(recipe))
    names = {str(zoo_folder(name).resolve()): name for name in ZOO}
    runs = [part["sources"][0] for part in plain["slices"]]
    return plain, [(names[run["model"]], *run["layer_range"]) for run in runs]


def test_each_run_of_layers_is_a_slice():
    plain, runs = exported(over(ZOO, 4, 0, 1, 5, 6, 1, 2))
    assert runs == [("zoo:arithmetic", 0, 2), ("zoo:french", 1, 3), ("zoo:arithmetic", 1, 3)]
    assert "path" not in plain
    assert plain["merge_method"] == "passthrough"


def test_an_empty_slice_gives_what_stands_before_and_behind_the_layers():
    _, runs = exported(over(ZOO, 4, 4, 0, 7))
    none = ("zoo:arithmetic", 0, 0)
    assert runs == [
        none,
        ("zoo:french", 0, 1),
        ("zoo:arithmetic", 0, 1),
        ("zoo:french", 3, 4),
        none,
    ]


def test_the_file_makes_the_same_weights(tmp_path):
    recipe = over(ZOO, 4, 0, 5, 6, 1, 1, 3)
    plain, _ = exported(recipe)
    assert merge(recipe_from(plain), tmp_path / "file") == merge(recipe, tmp_path / "path")


def test_so_does_one_of_a_single_model(tmp_path):
    text = "merge_method: passthrough\nmodels: [{model: zoo:french, parameters: {scale: 0.5}}]\n"
    recipe = parse_recipe(f"{text}path: [{{layer: 2}}, {{layer: 3}}, {{layer: 2}}]")
    plain, runs = exported(recipe)
    assert runs == [("zoo:french", 2, 4), ("zoo:french", 2, 3)]
    assert merge(recipe_from(plain), tmp_path / "file") == merge(recipe, tmp_path / "path")


def test_what_mergekit_cannot_do_is_refused():
    with pytest.raises(RecipeError, match="mergekit scales no layers; evomerge merge"):
        export(over(ZOO, 4, 0, (5, 0.5)))
    linear = over(ZOO, 4, 0, 5).plain()
    linear["merge_method"] = "linear"
    with pytest.raises(RecipeError, match="no path through layers that are merged"):
        export(recipe_from(linear))
    gradient = over(ZOO, 4, 0, 5).plain()
    gradient["parameters"] = {"scale": [0.5, 1.0]}
    with pytest.raises(RecipeError, match="spreads a gradient over each slice anew"):
        export(recipe_from(gradient))
    told = over(ZOO, 4, 0, 5).plain()
    told["parameters"] = {"scale": [{"filter": "up_proj", "value": 0.5}, {"value": 1.0}]}
    assert len(exported(recipe_from(told))[1]) == 3
