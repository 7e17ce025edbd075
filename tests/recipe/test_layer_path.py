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


LINES = """\
merge_method: passthrough
slices:
  - sources:
      - model: a
        layer_range: [0, 2]
  - sources:
      - model: b
        layer_range: [1, 3]
path:
"""
STEP, GENE, SCALE = "  - layer: 0\n", "  gene:\n", "    scale:\n      low: 0.5\n"


@pytest.mark.parametrize(
    "path, told",
    [
        ("  []\n", "r.yaml:9: path: must have an entry or more"),
        ("  all\n", "r.yaml:9: path: must be a list"),
        (f"{STEP}  - layer: 4\n", r"r.yaml:11: path\[1\].layer: the slices have 4 layers, 0 to 3"),
        (f"{STEP}  - layer: -1\n", r"r.yaml:11: path\[1\].layer: input should be greater"),
        (f"{STEP}    scale: 0\n", r"r.yaml:11: path\[0\].scale: input should be greater than 0"),
        (f"{STEP}    scale: -0.5\n", r"r.yaml:11: path\[0\].scale: input should be greater"),
        (f"{STEP}    layr: 0\n", r"r.yaml:11: unknown key 'path\[0\].layr'; did you mean 'layer'"),
        (f"{STEP}  - scale: 1\n", r"r.yaml:11: path\[1\] lacks the key 'layer'"),
        (f"{STEP}  - 1\n", r"r.yaml:11: path\[1\]: must be keys and values, not 1"),
        ("  repeats: 2\n", "r.yaml:9: path lacks the key 'gene'"),
        (f"{GENE}    - 1\n", "r.yaml:10: path.gene: must be keys and values"),
        (f"{GENE}    repeets: 2\n", "r.yaml:11: unknown key 'path.gene.repeets'; did you mean"),
        (f"{GENE}    repeats: 9\n", "r.yaml:11: path.gene.repeats: input should be less than"),
        (f"{GENE}    layers: 3\n", "r.yaml:11: path.gene.layers: the slices have 4 layers, not 3"),
        (f"{GENE}    layers: 0\n", "r.yaml:11: path.gene.layers: input should be greater"),
        (f"{GENE}{SCALE}", "r.yaml:11: path.gene.scale lacks the key 'high'"),
        (f"{GENE}{SCALE}      high: 0.9\n", "r.yaml:13: path.gene.scale.high: input should be"),
        (
            f"{GENE}{SCALE}      high: 2\n      by: magic\n",
            "r.yaml:14: path.gene.scale.by: .*matrix",
        ),
        (f"{GENE}{SCALE}      high: 2\n      hidden: 0\n", "r.yaml:14: path.gene.scale.hidden: "),
        (
            f"{GENE}{SCALE}      high: 1\n".replace("0.5", "1"),
            "r.yaml:11: path.gene.scale: low .* must be less than high",
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_line(path, told):
    with pytest.raises(RecipeError, match=f"^{told}"):
        parse_recipe(LINES + path, "r.yaml")


def test_how_many_layers_there_are_must_be_known():
    told = "^r.yaml:3: path.gene: say how many layers the models have"
    with pytest.raises(RecipeError, match=told):
        path_of("{gene: {repeats: 2}}", MODELS)
    open_range = SLICES.replace("[1, 3]", "[{gene: {choice: [0, 1]}}, 3]")
    told = r"^r.yaml:4: slices\[1\].sources\[0\].layer_range: cannot be left open"
    with pytest.raises(RecipeError, match=told):
        path_of("[{layer: 0}]", open_range)
    modules = "merge_method: linear\nmodules: {text: {models: [{model: a}]}}\n"
    with pytest.raises(RecipeError, match=r"^r.yaml:3: path: .*not of modules"):
        path_of("[{layer: 0}]", modules)
