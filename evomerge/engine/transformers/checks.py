"""Whether this engine can answer as a parent: what its config and generation config ask for."""

from __future__ import annotations

from typing import Any

import torch

from evomerge.engine.architecture import Architecture
from evomerge.engine.transformers.live import LiveModel
from evomerge.errors import ParentError
from evomerge.weights import GENERATION_CONFIG, Parent
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.weights.configs.known import is_encoder_decoder

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

_OBEYED = ("forced_bos_token_id", "forced_eos_token_id")
"""Those of them that are obeyed in an encoder-decoder's answers, where they are one token."""


def check_parent(parent: Parent) -> None:
    """Check that a parent's answers are greedy ones, and that its tensors fill its model.

    Raises:
        ParentError: its generation config, or what its config says of generation in the place of
            one, asks for more than greedy decoding with a repetition penalty; transformers does not
            know its architecture; or tensors are missing, left over, or of another shape.
    """
    architecture = Architecture.of(parent, parent.tensors.specs)
    live = LiveModel(architecture, torch.device("meta"))
    _check_generation(parent, live)
    _ = live.tensors


def _check_generation(parent: Parent, live: LiveModel) -> None:
    path, settings = parent.folder / GENERATION_CONFIG, parent.generation_config
    if settings is None:  # transformers then reads its settings from the other file
        path, settings = parent.folder / CONFIG, live.model.generation_config.to_dict()
    for name, neutral in _NEUTRAL.items():
        value = settings.get(name)
        obeyed = name in _OBEYED and isinstance(value, int) and is_encoder_decoder(live.config)
        if value not in (None, neutral) and not obeyed:
            raise ParentError(f"{path}: sets {name}, which scoring does not support; remove it")
    eos = settings.get("eos_token_id")
    if not all(isinstance(t, int) for t in (eos if isinstance(eos, list) else [eos or 0])):
        raise ParentError(
            f"{path}: eos_token_id is {eos!r}, not a token or a list of them; write "
            "its number there"
        )
