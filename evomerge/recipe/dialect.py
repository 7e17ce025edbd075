"""Keys of mergekit's tools that a recipe does not have, and what to write in their place."""

from __future__ import annotations

_MIXTURE = "mixtures of experts are put together by mergekit-moe; a recipe merges models"
_EVOLVE = "a search by mergekit-evolve; name the merge, put genes where numbers stand, add evolve:"

ELSEWHERE = {
    "out_path": "name the folder when you merge: evomerge merge RECIPE OUT",
    "experts": _MIXTURE,
    "gate_mode": _MIXTURE,
    "experts_per_token": _MIXTURE,
    "shared_experts": _MIXTURE,
    "genome": _EVOLVE,
    "tasks": _EVOLVE,
    "residual_weight": "nothing reads it, in mergekit neither; leave it out",
    "input_model_parameters": "put parameters: under each of the models",
    "lora": "an adapter stands behind its model: BASE+ADAPTER",
    "random_seed": "it is called seed",
    "pattern": "a rule's key is filter: now",
}
"""Each key, and the reason that is told with it."""
