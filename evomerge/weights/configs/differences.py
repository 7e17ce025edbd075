"""In what two config.json make the same weights compute something else.

They are compared as transformers reads them, with the defaults of the model's type filled in: one
that says nothing of rope_theta is unlike one that says 1,000,000.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import torch

from evomerge.weights.configs.known import known

_NEUTRAL = re.compile(
    r"^_|^(architectures|auto_map|d?type|torch_dtype|model_type|transformers_version|vocab_size"
    r"|unsloth_\w*|problem_type|finetuning_task|task_specific_params|num_labels|label2id|id2label"
    r"|output_(attentions|hidden_states|router_logits|scores|past)|return_dict\w*|use_cache"
    r"|gradient_checkpointing|pretraining_tp|tokenizer_class|pad_token|model_max_length"
    r"|chunk_size_feed_forward|pruned_heads|torchscript|use_bfloat16|quantization_config"
    r"|apply_spec_augment|mask_(time|feature)_\w+|ctc_\w+|prefix|tf_legacy_loss|bad_words_ids"
    r"|cache_implementation|neftune_noise_alpha|summary_\w+|max_window_layers|num_negatives"
    r"|contrastive_logits_temperature|directionality|pooler_(fc|num|size|type)\w*)$"
    r"|(^|_)(?<!token_)(dropout|dropout_(prob|rate|p)|drop_path|drop_path_rate|pdrop|layerdrop)$"
    r"|(^|_)(attn|resid|embd|summary_first)_(pdrop|dropout)$"
    r"|initializ|^init_|_init$|aux_loss|_loss_|loss_coef|z_loss"
    r"|_token_ids?$|_token_index$|suppress_tokens$|attn_implementation"
)
"""Keys that say nothing of what is computed, or of what is looked at elsewhere: tokens, labels."""
_DEPTH = re.compile(r"layers?$|^depth$|^depths$")
_POSITIONS = "max_position_embeddings"
_BOUNDLESS = (None, "default", "linear", "llama3", "proportional")
"""Rotary embeddings that do not depend on how many positions config.json speaks of."""
_GRID = torch.linspace(-8, 8, 4097, dtype=torch.float64)
"""Where two activations are compared: beyond it all are 0, 1 or straight lines."""
_SAME = 1e-6
"""By how much their values may differ there: two ways to compute one function in float32."""


class Difference(NamedTuple):
    """A key of config.json, and its values."""

    key: str
    ours: Any
    theirs: Any


def differences(
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    *,
    allowed: Collection[str] = (),
    in_depth: bool = True,
) -> list[Difference]:
    """What the same weights would be read otherwise by.

    Args:
        ours, theirs: two config.json of one type of model.
        allowed: keys that may differ.
        in_depth: whether the models must be equally deep, layer for layer.
    """
    if not any(_compare(ours, theirs, in_depth)):
        return []
    read = _read(ours), _read(theirs)
    one, other = (_plain(ours), _plain(theirs)) if None in read else read
    found = _compare(one or {}, other or {}, in_depth)
    return [diff for diff in found if not {diff.key, *diff.key.split(".")} & {*allowed}]


def labels_differ(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Difference | None:
    """The first label that two classifiers have for different things, where both say them."""
    one, other = (_labels(config.get("id2label")) for config in (ours, theirs))
    for number in sorted(one.keys() & other.keys()):
        if one[number] != other[number]:
            return Difference(f"id2label.{number}", one[number], other[number])
    return None


def _labels(value: Any) -> dict[int, Any]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {int(number): label for number, label in pairs if str(number).isdecimal()}


def _compare(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], in_depth: bool, place: str = ""
) -> Iterator[Difference]:
    layers = {len_ for key, len_ in ours.items() if _DEPTH.search(key) and isinstance(len_, int)}
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        if _NEUTRAL.search(key) or (not in_depth and _DEPTH.search(key)):
            continue
        if (
            key == _POSITIONS
            and _rope_type(ours) in _BOUNDLESS
            and _rope_type(theirs) in _BOUNDLESS
        ):
            continue
        one, other = ours.get(key), theirs.get(key)
        if not in_depth and isinstance(one, list) and len(one) in layers:
            continue
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _compare(one, other, in_depth, f"{place}{key}.")
        elif one != other and not _one_activation(one, other):
            yield Difference(f"{place}{key}", one, other)


def _rope_type(config: Mapping[str, Any]) -> Any:
    for key in ("rope_parameters", "rope_scaling"):
        if isinstance(rope := config.get(key), Mapping):
            return rope.get("rope_type", rope.get("type"))
    return None


def _read(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """A config.json with all that transformers fills in; None where it cannot read it."""
    try:
        return _settings(known(config), own="auto_map" in config)
    except Exception:  # whatever a config.json can do wrong
        return None


def _settings(config: Any, own: bool) -> dict[str, Any]:
    """What a config object holds, without what its class does not declare: nothing reads that.

    Args:
        own: whether code that came with the model may read it.
    """
    declared = {field.name for field in fields(config)} if is_dataclass(config) else None
    found: dict[str, Any] = {}
    for key, value in config.to_dict().items():
        part = getattr(config, key, None)
        if hasattr(part, "to_dict") and isinstance(value, dict):
            found[key] = _settings(part, own)
        elif value is not None and (own or declared is None or key in declared):
            found[key] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    """Lists for tuples, and no keys without a value."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items() if v is not None}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _one_activation(one: Any, other: Any) -> bool:
    """Whether two names are of functions with the same values."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    values, others = _values_of(one), _values_of(other)
    return values is not None and others is not None and torch.allclose(values, others, atol=_SAME)


@lru_cache  # of names: a run meets a few
def _values_of(name: str) -> torch.Tensor | None:
    from transformers.activations import ACT2CLS, ACT2FN

    if name not in ACT2CLS:
        return None
    try:
        values: torch.Tensor = ACT2FN[name](_GRID)
    except Exception:  # one that is no function of a number alone
        return None
    return values
