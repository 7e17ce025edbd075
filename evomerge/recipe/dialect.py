"""Keys of mergekit's tools and lm-eval's that a recipe does not have, and what to write instead."""

from __future__ import annotations

_MIXTURE = "mixtures of experts are put together by mergekit-moe; a recipe merges models"
_EVOLVE = "a search by mergekit-evolve; name the merge, put genes where numbers stand, add evolve:"
_ANSWERS = "until, max_gen_toks, temperature and top_p stand in the term itself"

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
    "gen_kwargs": _ANSWERS,
    "generation_kwargs": _ANSWERS,
    "do_sample": "a temperature above 0 draws answers; say temperature: 0.8",
    "samples": "say repeats: N for N answers to each question",
    "enable_thinking": "say chat_template_args: {enable_thinking: false}",
    "think_end_token": "say think_end: </think>",
    "system_instruction": "say system: TEXT",
}
"""Each key, and the reason that is told with it."""
