"""What a mergekit file says of a recipe; benchmarks/mergekit_agreement.py merges such files."""

import pytest
import yaml

from evomerge.errors import RecipeError
from evomerge.merge.mergekit.export import MERGEKIT, export, export_file
from evomerge.merge.merging import merge
from evomerge.merge.methods import METHODS
from evomerge.recipe import Genome, parse_recipe
from evomerge.zoo import zoo_folder

TIES = """
merge_method: ties
base_model: o/base@1
models:
  - model: o/x+o/lora
    parameters: {weight: [{filter: mlp, value: [0, 1]}, 0.4], density: {filter: attn, value: 0.5}}
  - model: zoo:french
parameters: {density: {filter: mlp, value: 0.3}, int8_mask: true, t: 3}
dtype: bfloat16
seed: 7
"""


def exported(text, **others):
    written = export(parse_recipe(text, "r.yaml"), **others)
    return yaml.safe_load(written), [line for line in written.splitlines() if line[0] == "#"]


def test_defaults_are_spelled_out_and_arithmetic_is_float32s():
    plain, notes = exported(TIES)
    assert plain == {
        "merge_method": "ties",
        "base_model": "o/base@1",
        "models": [
            {
                "model": "o/x+o/lora",
                "parameters": {
                    "weight": [{"filter": "mlp", "value": [0, 1]}, {"value": 0.4}],
                    "density": {"filter": "attn", "value": 0.5},
                },
            },
            {"model": str(zoo_folder("zoo:french").resolve())},
        ],
        "parameters": {
            "weight": 1.0,
            "density": [{"filter": "mlp", "value": 0.3}, {"value": 1.0}],
            "lambda": 1.0,
            "normalize": True,
            "rescale": False,
        },
        "dtype": "float32",
        "out_dtype": "bfloat16",
    }
    assert len(notes) == 4
    assert "peft" in notes[1]
    assert "newest revision" in notes[2]


def test_the_type_of_the_result_is_the_recipes_or_the_merged_models():
    soup = "merge_method: linear\nmodels: [{model: o/a}, {model: o/b}]\n"
    assert exported(soup + "out_dtype: float16\ndtype: bfloat16")[0]["out_dtype"] == "float16"
    assert exported(soup, dtype="float16")[0]["out_dtype"] == "float16"
    plain, notes = exported(soup)
    assert not {"dtype", "out_dtype"} & set(plain)
    assert "no dtype is named" in notes[1]


def test_each_slice_names_its_base():
    plain, _ = exported(
        "merge_method: task_arithmetic\nbase_model: o/base\nslices:\n"
        "  - sources: [{model: o/a, layer_range: [0, 2]}]\n"
        "  - base_model: o/other\n    sources: [{model: o/a, layer_range: [2, 4]}]\n"
        "  - sources: [{model: o/base, layer_range: [0, 1]}, {model: o/a, layer_range: [4, 5]}]\n"
    )
    named = [[s["model"] for s in part["sources"]] for part in plain["slices"]]
    assert named == [["o/a", "o/base"], ["o/a", "o/other"], ["o/base", "o/a"]]
    assert plain["slices"][1]["sources"][1]["layer_range"] == [2, 4]


def test_random_masks_are_said_to_differ():
    _, notes = exported(TIES.replace("ties", "dare_ties"))
    assert "random masks" in notes[1]


def test_parameters_that_mergekit_lacks_are_left_out_at_their_default_and_else_refused(monkeypatch):
    monkeypatch.setitem(MERGEKIT, "ties", MERGEKIT["ties"] - {"lambda"})
    given = TIES.replace("t: 3", "lambda: 1")
    assert "lambda" not in exported(given)[0]["parameters"]
    with pytest.raises(RecipeError, match="mergekit's ties has no lambda, which the recipe sets"):
        exported(given.replace("lambda: 1", "lambda: 2"))


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("weight: [", "weight: {gene: {low: 0, high: 1}}, dens: [", "leaves 1 values open"),
        ("zoo:french", "o/x+o/lora", "mergekit merges each model once, and o/x+o/lora stands"),
        ("ties", "tise", "unknown merge_method"),
    ],
)
def test_what_mergekit_cannot_is_refused(old, new, problem):
    with pytest.raises(RecipeError) as caught:
        export(parse_recipe(TIES.replace(old, new, 1), "r.yaml"))
    assert str(caught.value).startswith("r.yaml:")
    assert problem in str(caught.value)


def test_methods_that_mergekit_lacks_are_refused(monkeypatch):
    monkeypatch.setitem(METHODS, "own", METHODS["linear"])
    monkeypatch.delitem(MERGEKIT, "linear")
    with pytest.raises(RecipeError, match="mergekit has no method linear; evomerge merge makes"):
        exported("merge_method: own\nmodels: [{model: a}]")


def test_formulas_are_refused():
    with pytest.raises(RecipeError, match="mergekit has no method formula; evomerge merge makes"):
        exported("merge_method: {formula: mean(theta)}\nmodels: [{model: a}]")


def test_a_folder_that_mergekit_would_misread_is_refused(make_model):
    a = make_model("a@b")
    with pytest.raises(RecipeError, match="rename the folder"):
        exported(f"merge_method: linear\nmodels: [{{model: {a}}}]")


def test_addresses_in_storage_are_refused():
    with pytest.raises(RecipeError, match="mergekit reads folders and the Hub"):
        exported("merge_method: linear\nmodels: [{model: 's3://bucket/m'}]")


def test_a_merged_model_is_exported_from_its_folder(make_model, tmp_path):
    base, a, b = make_model("base", 0), make_model("a", 1), make_model("b", 2)
    recipe = parse_recipe(
        f"merge_method: {{gene: {{choice: [linear, ties]}}}}\nbase_model: {base}\n"
        f"models: [{{model: {a}, parameters: {{density: {{gene: {{low: 0.1, high: 1}}}}}}}},"
        f" {{model: {b}}}]\n"
    )
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "base" / file).write_text("{}")
    for at, method in ((0.1, "linear"), (0.9, "ties")):
        out = tmp_path / method
        merge(Genome(recipe).decode([at, 0.5]), out, device="cpu", threads=1)
        plain = yaml.safe_load(export_file(out))
        assert plain["merge_method"] == method
        assert plain["out_dtype"] == "float32"
        assert ("parameters" in plain["models"][0]) == (method == "ties")
        assert export_file(out / "recipe.yaml") == export_file(out)
