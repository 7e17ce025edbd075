"""Whether this engine can answer as a parent: what its config and generation config ask for."""

from __future__ import annotations

from typing import Any

import torch

from evomerge.engine.architecture import Architecture
from evomerge.engine.transformers.live import LiveModel
from evomerge.errors import ParentError
from evomerge.weights import GENERATION_CONFIG, Parent

_NEUTRAL: dict[str, Any] = {
    "num_beams": 1,
    "no_repeat_ngram_size": 0,
    "encoder_no_repeat_ngram_size": 0,
    "encoder_repetition_penalty": 1.0,
    "min_length": 0,
    "min_new_tokens": 0,
    "bad_words_ids": None,
    "sequence_bias": None,
    "suppress_tokens": None,
    "begin_suppress_tokens": None,
    "forced_bos_token_id": None,
    "forced_eos_token_id": None,
    "exponential_decay_length_penalty": None,
    "guidance_scale": 1.0,
    "penalty_alpha": 0.0,
}
"""Generation settings that change greedy answers, with the values at which they do not."""


def check_parent(parent: Parent) -> None:
    """Check that a parent's answers are greedy ones, and that its tensors fill its model.

    Raises:
        ParentError: its generation config asks for more than greedy decoding with a repetition
            penalty; transformers does not know its architecture; or tensors are missing, left
            over, or of another shape.
    """
    _check_generation_config(parent)
    architecture = Architecture.of(parent, parent.tensors.specs)
    _ = LiveModel(architecture, torch.device("meta")).tensors


def _check_generation_config(parent: Parent) -> None:
    path, config = parent.folder / GENERATION_CONFIG, parent.generation_config or {}
    for name, neutral in _NEUTRAL.items():
        if config.get(name) not in (None, neutral):
            raise ParentError(f"{path}: sets {name}, which scoring does not support; remove it")
    eos = config.get("eos_token_id")
    if not all(isinstance(t, int) for t in (eos if isinstance(eos, list) else [eos or 0])):
        raise ParentError(f"{path}: eos_token_id is {eos!r}, not a token or a list of them")
