"""Paths through the layers of two models, as the live path and as the saved model runs them."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from evomerge.cores import Cores
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.recipe import Recipe, recipe_from
from tests.live import LiveBank

CLOSE = 1e-4
"""Of logits, as a share of the largest, in float32."""
TEXT = (2, 7, 1, 8, 2, 8)


def over(parents: list[str], layers: int, *steps: int | tuple[int, float]) -> Recipe:
    """A path through the layers of parents, one after the other."""
    path = [(step, 1.0) if isinstance(step, int) else step for step in steps]
    return recipe_from(
        {
            "merge_method": "passthrough",
            "slices": [
                {"sources": [{"model": parent, "layer_range": [0, layers]}]} for parent in parents
            ],
            "path": [{"layer": layer, "scale": scale} for layer, scale in path],
        }
    )


def live(recipe: Recipe, bank: LiveBank | None = None):
    """The live model that runs a recipe's path."""
    with Cores(1) as cores:
        return (bank or LiveBank(open_parents(recipe))).write(recipe, cores).model


def saved(recipe: Recipe, folder: Path):
    """The model that stock transformers loads of a recipe's folder."""
    merge(recipe, folder)
    return AutoModelForCausalLM.from_pretrained(folder)


@torch.inference_mode()
def logits(model) -> torch.Tensor:
    """Of a text."""
    return model(input_ids=torch.tensor([TEXT])).logits


def apart(ours, theirs) -> float:
    """The largest difference of two models' logits, as a share of the largest logit."""
    one, other = logits(ours), logits(theirs)
    return float((one - other).abs().max() / other.abs().max())


def generated(model, **settings) -> list[int]:
    """The most probable tokens behind a text."""
    asked = torch.tensor([TEXT])
    made = model.generate(asked, max_new_tokens=8, do_sample=False, **settings)
    return made[0].tolist()
