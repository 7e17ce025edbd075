"""A language model without weights, from which lm-eval reads how long a text may be."""

from __future__ import annotations

from typing import Any

import torch

from evomerge.errors import ParentError
from evomerge.weights.configs.known import is_encoder_decoder, language_model_class


def hollow_model(config: Any, generation: Any) -> Any:
    """A model whose tensors take no memory, and whose config speaks of its text alone.

    Args:
        config: as :func:`evomerge.weights.configs.known.known` gives it.
        generation: as :func:`evomerge.weights.configs.known.generation_settings` gives it;
            None: as the class has it.

    Raises:
        ParentError: transformers does not make a language model of the config.
    """
    try:
        with torch.device("meta"):
            model = language_model_class(config).from_config(config)
        if not is_encoder_decoder(config):
            model.config = config.get_text_config(decoder=True)
        model.generation_config = generation or model.generation_config
    except Exception as error:  # whatever a config.json can do wrong
        raise ParentError(f"not a language model ({error})") from None
    return model
