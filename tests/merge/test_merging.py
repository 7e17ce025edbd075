import pytest

from evomerge.errors import RecipeError, UserError
from evomerge.merge.merging import merge
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
