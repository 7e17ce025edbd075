"""A config.json as transformers reads it, from values and not from a file."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

_TAG = "__float__"
_FLOATS = {"Infinity": float("inf"), "-Infinity": float("-inf"), "NaN": float("nan")}


def known(config: Mapping[str, Any]) -> Any:
    """The config object of its model type, with all that transformers fills in.

    Raises:
        Exception: whatever transformers raises of a type that it does not know, or of values that
            do not go together.
    """
    from transformers import AutoConfig

    plain = {key: _decoded(value) for key, value in config.items() if key != "model_type"}
    return AutoConfig.for_model(config.get("model_type", ""), **plain)


def language_model_class(config: Any) -> Any:
    """Transformers' auto class for a language model: one with a decoder alone, one with an encoder
    as well, or one that reads images.

    Args:
        config: as :func:`known` gives it.
    """
    from transformers import (
        AutoModelForCausalLM,
        AutoModelForImageTextToText,
        AutoModelForSeq2SeqLM,
    )
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

    if is_encoder_decoder(config):
        return AutoModelForSeq2SeqLM
    has_text_alone = type(config) in MODEL_FOR_CAUSAL_LM_MAPPING
    return AutoModelForCausalLM if has_text_alone else AutoModelForImageTextToText


def generation_settings(config: Mapping[str, Any], own: Mapping[str, Any] | None) -> Any:
    """How a model generates, as transformers reads it.

    Args:
        config: its config.json, which says it where there is no other file.
        own: its generation_config.json.
    """
    from transformers import GenerationConfig

    if own is not None:
        return GenerationConfig.from_dict({**own})
    return GenerationConfig.from_model_config({**config})


def is_encoder_decoder(config: Any) -> bool:
    """Whether an encoder reads the prompt, and a decoder writes the answer.

    Args:
        config: as :func:`known` gives it.
    """
    return bool(getattr(config, "is_encoder_decoder", False))


def _decoded(value: Any) -> Any:
    """Floats that JSON has no word for are written as {"__float__": "Infinity"}."""
    if isinstance(value, Mapping):
        if value.keys() == {_TAG} and value[_TAG] in _FLOATS:
            return _FLOATS[value[_TAG]]
        return {key: _decoded(each) for key, each in value.items()}
    return [_decoded(each) for each in value] if isinstance(value, list) else copy.copy(value)
