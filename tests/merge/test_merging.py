import json

import pytest
from huggingface_hub import ModelCard

from evomerge.errors import RecipeError, UserError
from evomerge.merge.merging import merge
from evomerge.recipe import parse_recipe
from tests.merge.making.engine_cases import RECIPES, recipe_of


def test_merging_refuses_genes_existing_folders_and_strange_tokenizers(tmp_path, names):
    genes = recipe_of(RECIPES["slerp"].replace("[0, 1]", "{gene: {low: 0, high: 1}}"), names)
    with pytest.raises(RecipeError, match=r"leaves 1 values open \(parameters.t"):
        merge(genes, tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(UserError, match="exists already"):
        merge(recipe_of(RECIPES["slerp"], names), tmp_path / "full")
    other = recipe_of(RECIPES["slerp"], names, "\ntokenizer_source: elsewhere")
    with pytest.raises(RecipeError, match=r"elsewhere: no such folder.*union, base, or a model"):
        merge(other, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_parents_whose_licences_clash_are_merged_only_by_the_users_word(tmp_path, make_model):
    a, b = make_model("a", 1), make_model("b", 2)
    (tmp_path / "a" / "README.md").write_text("---\nlicense: llama3.1\n---\n")
    (tmp_path / "b" / "LICENSE").write_text("Gemma Terms of Use\n")
    text = f"merge_method: linear\nmodels: [{{model: {a}}}, {{model: {b}}}]\n"
    with pytest.raises(RecipeError, match=r"gemma \(of b\) and llama3.1 \(of a\) each demand"):
        merge(parse_recipe(text), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    chosen = f"{text}license: {{id: cc-by-4.0, why: both wrote to me}}\n"
    merge(parse_recipe(chosen), tmp_path / "out", verify=False)
    card = ModelCard.load(tmp_path / "out" / "README.md")
    assert card.data.license == "cc-by-4.0"
    assert "- this model: cc-by-4.0, both wrote to me" in card.text
    lineage = json.loads((tmp_path / "out" / "lineage.json").read_text())
    licence = lineage["metadata"]["component"]["licenses"]
    assert licence == [{"license": {"id": "CC-BY-4.0"}}]
    files = json.loads((tmp_path / "out" / "manifest.json").read_text())["files"]
    assert {"README.md", "lineage.json"} <= files.keys()
    assert merge(tmp_path / "out" / "recipe.yaml", tmp_path / "again", verify=False)
