"""A parent opened by the name that a recipe has for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evomerge.errors import ParentError
from evomerge.reading.file_kind import SETTINGS
from evomerge.reading.regular import present
from evomerge.weights.adapters import adapted
from evomerge.weights.checkpoint.checked import check_folder
from evomerge.weights.checkpoint.checkpoint import Checkpoint, read_json
from evomerge.weights.checkpoint.files import GENERATION_CONFIG, holds_tokenizer
from evomerge.weights.configs.defaults import completed
from evomerge.weights.layouts.naming import essential
from evomerge.weights.parents.location import locate, parts_of
from evomerge.weights.parents.parent import Parent

QUANTIZATION = ("quantization_config", "compression_config")
"""Keys of config.json that say how tensors are coded."""


def open_parent(name: str, *, checked: bool = True) -> Parent:
    """Find a parent by the name a recipe has for it.

    Args:
        name: a folder, `zoo:NAME`, or a Hub id (`org/model@revision`), each with `+adapter`
            behind it for a LoRA adapter on top.
        checked: whether the folder must be what its manifest says.

    Raises:
        ParentError: it is absent, damaged, or holds only pickled weights.
    """
    model, adapter = parts_of(name)
    folder, pinned = locate(model)
    checkpoint = Checkpoint(folder)
    if checked:
        check_folder(checkpoint)
    _refuse_quantized(checkpoint)
    _refuse_gathered_elsewhere(name, checkpoint)
    try:
        tensors = essential(checkpoint, checkpoint.config)
    except ParentError as error:
        raise ParentError(f"{name}: {error}") from None
    config, left_out = _unquantized(completed(checkpoint.config))
    notes = tuple(f"{key} in config.json is left out: its tensors are whole" for key in left_out)
    tokenizer_folder = folder
    if adapter:
        adapter_folder, adapter_pinned = locate(adapter)
        tensors, config = adapted(tensors, config, adapter_folder)
        pinned = f"{pinned}+{adapter_pinned}"
        if holds_tokenizer(adapter_folder):
            tokenizer_folder = adapter_folder
    file = present(folder, GENERATION_CONFIG, SETTINGS)
    generation = read_json(file) if file else None
    parent = Parent(name, pinned, folder, tokenizer_folder, config, generation, tensors)
    return replace(parent, source=checkpoint, notes=notes)


def _refuse_gathered_elsewhere(name: str, checkpoint: Checkpoint) -> None:
    if empty := next((n for n, spec in checkpoint.specs.items() if spec.shape == (0,)), None):
        raise ParentError(
            f"{name}: {empty} has no elements; its values were left in other processes when it was "
            "saved (DeepSpeed ZeRO-3). Save the gathered weights"
        )


def _refuse_quantized(checkpoint: Checkpoint) -> None:
    """Codes of 4 or 8 bits mean nothing without their scales, so they cannot be averaged."""
    settings = next(filter(None, map(checkpoint.config.get, QUANTIZATION)), None)
    coded = [n for n, spec in checkpoint.specs.items() if not spec.dtype.is_floating_point]
    if settings and coded:
        method = settings.get("quant_method") if isinstance(settings, dict) else settings
        raise ParentError(
            f"{checkpoint.folder}: {coded[0]} is quantized ({method}); dequantize the model and "
            "save it as bfloat16 or wider"
        )


def _unquantized(config: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A config.json without what a loader would quantize whole tensors by, and what that was."""
    plain, left_out = {}, []
    for key, value in config.items():
        if key in QUANTIZATION:
            left_out += [key] if value else []
        elif isinstance(value, dict):
            plain[key], inside = _unquantized(value)
            left_out += [f"{key}.{name}" for name in inside]
        else:
            plain[key] = value
    return plain, left_out
