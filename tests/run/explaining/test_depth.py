from types import SimpleNamespace

import pytest
import torch

from evomerge.merge.merging import write_model
from evomerge.recipe import recipe_from
from evomerge.run.explaining.depth import OUTSIDE, layers_game
from evomerge.weights import Checkpoint, open_parent

DEEP = {"num_hidden_layers": 10}


@pytest.fixture
def setting(make_model):
    winner, base, other = (make_model(name, seed) for seed, name in enumerate("wbo"))
    recipe = recipe_from(
        {
            "merge_method": "ties",
            "base_model": base,
            "models": [{"model": other, "parameters": {"weight": 0.5, "density": 0.5}}],
        }
    )
    return recipe, {name: open_parent(name) for name in (winner, base, other)}


def tensors(recipe, parents, out):
    write_model(recipe, parents, out, torch.device("cpu"))
    checkpoint = Checkpoint(out)
    return {name: checkpoint.tensor(name) for name in checkpoint.specs}


def test_what_is_there_is_the_winners_and_the_rest_the_bases(setting, tmp_path):
    recipe, parents = setting
    winner, base = [*parents.values()][:2]
    game = layers_game(recipe, winner, [base.name], recipe)
    assert game.factors == (OUTSIDE, "layers 0", "layers 1", "layers 2")
    (mixed,) = game.recipes(frozenset({0, 2}))
    for name, tensor in tensors(mixed, parents, tmp_path / "out").items():
        whose = base if ".layers.0." in name or ".layers.2." in name else winner
        assert torch.equal(tensor, whose.tensors.tensor(name)), name


def test_without_a_base_the_rest_is_the_parents_average(setting, tmp_path):
    recipe, parents = setting
    winner, *others = parents.values()
    game = layers_game(recipe, winner, [other.name for other in others], recipe)
    (mixed,) = game.recipes(frozenset({1, 2, 3}))
    made, name = tensors(mixed, parents, tmp_path / "out"), "model.embed_tokens.weight"
    mean = sum(other.tensors.tensor(name) for other in others) / 2
    assert torch.allclose(made[name], mean)
    assert torch.equal(
        made["model.layers.1.mlp.up_proj.weight"],
        winner.tensors.tensor("model.layers.1.mlp.up_proj.weight"),
    )


def test_all_groups_are_the_winner_and_none_what_was_before(setting):
    recipe, parents = setting
    before = recipe.model_copy(update={"name": "before"})
    game = layers_game(recipe, next(iter(parents.values())), ["b"], before)
    assert game.recipes(game.whole) == [recipe]
    assert game.recipes(frozenset())[0] is before


def test_many_layers_are_four_groups(setting):
    recipe, _ = setting
    specs = {f"model.layers.{n}.mlp.up_proj.weight": None for n in range(10)}
    deep = SimpleNamespace(name="w", tensors=SimpleNamespace(specs=specs), config=DEEP)
    game = layers_game(recipe, deep, ["b"], recipe)
    assert game.factors[1:] == ("layers 0-1", "layers 2-4", "layers 5-6", "layers 7-9")
