"""Whether what comes into a model is tied with what goes out, as config.json says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.weights.configs.known import known

TIES = "tie_word_embeddings"


def ties(config: Mapping[str, Any]) -> bool:
    """Whether transformers ties what comes in with what goes out: config.json, or its default."""
    text = config.get("text_config")
    for place in (config, text if isinstance(text, Mapping) else {}):
        if TIES in place:
            return bool(place[TIES])
    try:
        return bool(known({"model_type": config.get("model_type", "")}).tie_word_embeddings)
    except (ValueError, AttributeError):  # a model that transformers does not know
        return False


def untied_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config.json that ties no tensors."""
    plain = {**config, TIES: False}
    text = config.get("text_config")
    if isinstance(text, dict) and TIES in text:
        plain["text_config"] = {**text, TIES: False}
    return plain
