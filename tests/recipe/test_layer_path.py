import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import parse_recipe
from evomerge.recipe.layer_path import LayerStep, OpenPath

SLICES = """\
merge_method: passthrough
slices:
  - sources: [{model: a, layer_range: [0, 2]}]
  - sources: [{model: b, layer_range: [1, 3]}]
"""
MODELS = "merge_method: passthrough\nmodels: [{model: a}]\n"


def path_of(path, text=SLICES):
    return parse_recipe(f"{text}path: {path}", "r.yaml").path


def test_a_path_is_a_list_of_layers_with_scales():
    assert path_of("[{layer: 3}, {layer: 0, scale: 0.5}, {layer: 3}]") == (
        LayerStep(layer=3),
        LayerStep(layer=0, scale=0.5),
        LayerStep(layer=3),
    )
    assert parse_recipe(f"{SLICES}path: [{{layer: 0, scale: 1}}]").plain()["path"] == [{"layer": 0}]


def test_or_it_is_left_open():
    path = path_of("{gene: {repeats: 2, scale: {low: 0.5, high: 2}}}")
    assert isinstance(path, OpenPath)
    assert path.gene.scale.by == "matrix"
    assert path_of("{gene: {layers: 9}}", MODELS).gene.layers == 9


@pytest.mark.parametrize(
    "path, told",
    [
        ("[]", "r.yaml:5: path: must have an entry or more"),
        ("[{layer: 4}]", "path: the slices have 4 layers, 0 to 3"),
        ("[{layer: -1}]", r"r.yaml:5: path\[0\].layer: input should be greater"),
        ("[{layer: 0, scale: 0}]", r"r.yaml:5: path\[0\].scale: input should be greater than 0"),
        ("[{layer: 0, scale: -0.5}]", r"path\[0\].scale: input should be greater than 0"),
        ("[{layr: 0}]", r"unknown key 'path\[0\].layr'; did you mean 'layer'"),
        ("all", "path: must be a list"),
        ("{gene: {layers: 3}}", "path: the slices have 4 layers, not 3"),
        ("{gene: {repeats: 9}}", "path.gene.repeats: input should be less than or equal to 8"),
        ("{gene: {scale: {low: 1.1, high: 2}}}", "path.gene.scale.low: .* less than or equal to 1"),
        ("{gene: {scale: {low: 1, high: 1}}}", "path.gene.scale: low .* must be less than high"),
        ("{gene: {scale: {low: 0.5, high: 2, by: magic}}}", "path.gene.scale.by: .*'matrix'"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(path, told):
    with pytest.raises(RecipeError, match=told):
        path_of(path)


def test_how_many_layers_there_are_must_be_known():
    with pytest.raises(RecipeError, match="say how many layers the models have"):
        path_of("{gene: {repeats: 2}}", MODELS)
    open_range = SLICES.replace("[1, 3]", "[{gene: {choice: [0, 1]}}, 3]")
    with pytest.raises(RecipeError, match="layer_range is not left open"):
        path_of("[{layer: 0}]", open_range)
    modules = "merge_method: linear\nmodules: {text: {models: [{model: a}]}}\n"
    with pytest.raises(RecipeError, match="not of modules"):
        path_of("[{layer: 0}]", modules)
