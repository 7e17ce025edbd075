import pytest
import torch

from evomerge.cores import Cores
from evomerge.errors import ParentError, TrialError
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.recipe import load_recipe, parse_recipe
from tests.live import LiveBank
from tests.merge.making.engine_cases import CPU, RECIPES, recipe_of


def test_a_parent_that_has_changed_since_is_told(tmp_path, names, make_model):
    merge(recipe_of(RECIPES["ties"], names), tmp_path / "one")
    (tmp_path / "b" / "model.safetensors").unlink()
    (tmp_path / "b" / "config.json").unlink()
    (tmp_path / "b").rmdir()
    make_model("b", 99)
    with pytest.raises(ParentError, match="b has changed"):
        merge(load_recipe(tmp_path / "one" / "recipe.yaml"), tmp_path / "two")


def test_what_is_not_finite_is_told_with_parent_and_tensor(tmp_path, names, make_model):
    broken = make_model("x", 0, tensors={"model.norm.weight": torch.full((8,), float("nan"))})
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {broken}}}]")
    with pytest.raises(ParentError, match=r"x: model.norm.weight has values that are not finite"):
        merge(recipe, tmp_path / "out")
    huge = recipe_of(RECIPES["linear"], names, "\ndtype: float16\nparameters: {normalize: false}")
    plain = huge.plain()
    plain["models"][0]["parameters"]["weight"] = 1e6
    with pytest.raises(TrialError, match="not finite after merging"), Cores(1) as cores:
        LiveBank(open_parents(huge), CPU).write(type(huge).model_validate(plain), cores)
