"""Sizes that a config.json leaves to transformers' defaults."""

from __future__ import annotations

import copy
from typing import Any

from evomerge.weights.configs.known import known
from evomerge.weights.configs.vocab_size import VOCAB_SIZE

LAYERS = "num_hidden_layers"


def completed(config: dict[str, Any]) -> dict[str, Any]:
    """A config.json that says how many tokens and layers there are, the text's in models of parts.

    It is the same where it says so already, and for a model that transformers does not know.
    """
    if _says_all(_text(config)):
        return config
    try:
        read = known(config).get_text_config()
    except Exception:  # whatever a config.json can do wrong; it is told where it matters
        return config
    whole = copy.deepcopy(config)
    for key in (VOCAB_SIZE, LAYERS):
        if isinstance(size := getattr(read, key, None), int):
            _text(whole).setdefault(read.attribute_map.get(key, key), size)
    return whole


def with_layer_lists(config: dict[str, Any]) -> dict[str, Any]:
    """A config.json that says of every layer what transformers would fill in by its number.

    Those are lists with a word for layers in their name: kinds of attention, which have experts.
    """
    try:
        read = known(config).to_dict()
    except Exception:  # whatever a config.json can do wrong; it is told where it matters
        return config
    whole = copy.deepcopy(config)
    parts = [(whole, read)]
    parts += [(part, read.get(key)) for key, part in whole.items() if isinstance(part, dict)]
    for said, filled in parts:
        for key, value in (filled or {}).items():
            if isinstance(value, list) and value and "layer" in key:
                said.setdefault(key, value)
    return whole


def _text(config: dict[str, Any]) -> dict[str, Any]:
    text = config.get("text_config")
    return text if isinstance(text, dict) else config


def _says_all(config: dict[str, Any]) -> bool:
    return VOCAB_SIZE in config and any(key.endswith(("layer", "layers")) for key in config)
