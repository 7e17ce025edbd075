import shutil

import pytest
import torch
from safetensors.torch import load_file

from evomerge import load_recipe, merge
from evomerge.errors import ParentError, RecipeError
from evomerge.merge.mergekit.export import export
from evomerge.merge.stages import with_stages
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent

TEXT = """\
stages:
  sums:
    merge_method: task_arithmetic
    base_model: zoo:base
    models:
      - {model: zoo:arithmetic, parameters: {weight: 0.8}}
      - {model: zoo:french, parameters: {weight: 0.5}}
  both:
    merge_method: linear
    models: [{model: "stage:sums"}, {model: zoo:largest}]
merge_method: ties
base_model: zoo:base
models:
  - {model: "stage:sums", parameters: {weight: 0.7, density: 0.6}}
  - {model: "stage:both", parameters: {weight: 0.4, density: 0.6}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The merge, and its sha256."""
    out = tmp_path_factory.mktemp("made") / "out"
    return out, merge(parse_recipe(TEXT), out)


def by_hand(folder):
    """The same, one merge after the other by folders."""
    recipe = parse_recipe(TEXT)
    folders = {}
    for name, stage in recipe.stages.items():
        renamed = stage.model_dump_json()
        for earlier, path in folders.items():
            renamed = renamed.replace(f"stage:{earlier}", str(path))
        folders[name] = folder / name
        merge(parse_recipe(renamed), folders[name])
    last = recipe.plain()
    del last["stages"]
    for entry in last["models"]:
        entry["model"] = str(folders[entry["model"].removeprefix("stage:")])
    return parse_recipe(str(last)), folders


def test_stages_come_to_the_same_as_merges_by_hand(made, tmp_path):
    out, sha256 = made
    recipe, _ = by_hand(tmp_path)
    assert merge(recipe, tmp_path / "last") == sha256
    ours, theirs = (load_file(f / "model.safetensors") for f in (out, tmp_path / "last"))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_what_is_written_names_roots_alone_and_makes_the_same_again(made, tmp_path):
    out, sha256 = made
    written = load_recipe(out / "recipe.yaml")
    assert [*written.roots] == ["zoo:base", "zoo:arithmetic", "zoo:french", "zoo:largest"]
    assert all(written.roots.values())
    assert merge(written, tmp_path / "again") == sha256
    assert [*out.parent.iterdir()] == [out]
    card = (out / "README.md").read_text()
    assert "| zoo:french | `" in card
    assert "stage:" not in card.split("## Recipe")[0]


def test_a_stage_that_comes_to_something_else_is_told(made, tmp_path):
    text = (made[0] / "recipe.yaml").read_text().replace("weight: 0.8", "weight: 0.9")
    with pytest.raises(ParentError, match="stage:sums has changed"):
        merge(parse_recipe(text), tmp_path / "out")
    assert not [*tmp_path.iterdir()]


def test_a_merged_parent_becomes_a_stage(tmp_path):
    """As elites do, which are folders while a run goes on."""
    folder = tmp_path / "sums"
    merge(parse_recipe(TEXT).stages["sums"], folder)
    recipe = parse_recipe(
        f"merge_method: linear\nmodels: [{{model: {folder}}}, {{model: zoo:base}}]"
    )
    sha256 = merge(recipe, tmp_path / "before")
    parents = {name: open_parent(name) for name in recipe.parent_names}
    staged, renamed = with_stages(recipe, parents, {"elite": folder})
    assert [*renamed] == [*staged.parent_names] == ["stage:elite", "zoo:base"]
    assert [*staged.roots] == ["zoo:base", "zoo:arithmetic", "zoo:french"]
    shutil.rmtree(folder)
    assert merge(staged, tmp_path / "after") == sha256


def test_without_merged_parents_there_are_no_stages():
    recipe = parse_recipe(TEXT).stages["sums"]
    assert with_stages(recipe, {}, {}) == (recipe, {})


@pytest.mark.parametrize(
    "old, new, message",
    [
        (
            "stage:both",
            "stage:bath",
            r"recipe>:\d+: stage:bath: there is no such stage .* stage:both",
        ),
        (
            "weight: 0.8",
            "weight: {gene: {low: 0, high: 1}}",
            r"stages.sums.models.0.parameters.weight",
        ),
        ('stage:sums"}, {model: zoo:largest', 'stage:both"}, {model: zoo:largest', "stage:both"),
        ("weight: 0.8", "wieght: 0.8", r"recipe>:6: .*no parameter 'wieght'; did you mean"),
        ("merge_method: linear", "merge_method: linaer", r"recipe>:9: unknown merge_method"),
    ],
)
def test_what_is_wrong_with_a_stage_is_told_with_its_line(tmp_path, old, new, message):
    with pytest.raises(RecipeError, match=message):
        merge(parse_recipe(TEXT.replace(old, new)), tmp_path / "out")
    assert not [*tmp_path.iterdir()]


def test_a_stage_has_no_stages_and_no_search():
    nested = TEXT.replace(
        "  both:\n", "  both:\n    stages: {x: {merge_method: linear, models: [{model: a}]}}\n"
    )
    with pytest.raises(RecipeError, match="stage both can have no stages"):
        parse_recipe(nested)


def test_a_parent_that_is_absent_is_told_with_its_line(tmp_path):
    text = TEXT.replace("zoo:french", "zoo:frensh")
    with pytest.raises(ParentError, match="recipe>:7: zoo:frensh"):
        merge(parse_recipe(text), tmp_path / "out")


def test_mergekit_files_have_no_stages():
    with pytest.raises(RecipeError, match="evomerge merge makes the model itself"):
        export(parse_recipe(TEXT))
