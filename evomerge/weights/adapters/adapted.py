"""A base and an adapter as the tensors of the adapted model, computed on reading."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from evomerge.errors import ParentError
from evomerge.weights.adapters.bases import as_stored, in_class, untied_for
from evomerge.weights.adapters.change import Change, Changes
from evomerge.weights.adapters.files import AdapterFiles
from evomerge.weights.adapters.ia3 import ia3_changes
from evomerge.weights.adapters.lora import lora_changes, settled
from evomerge.weights.adapters.products import product_changes
from evomerge.weights.checkpoint.checkpoint import ADAPTER_CONFIG
from evomerge.weights.configs.vocab_size import vocab_size, with_vocab_size
from evomerge.weights.digests import Digested
from evomerge.weights.layouts.naming import counterparts
from evomerge.weights.tensors import Spec, Tensors
from evomerge.weights.vocabularies.vocabulary import vocabulary_tensors

MALFORMED = (
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
)
"""What an adapter whose files do not go together can raise."""


class Adapted(Digested):
    """The base's tensors, changed as an adapter says.

    Args:
        changes: by the base's names.
        whole: tensors in the base's place, which may have more rows for more tokens.
    """

    def __init__(
        self, base: Tensors, changes: Mapping[str, Change], whole: Mapping[str, torch.Tensor]
    ) -> None:
        self._base, self._changes, self._whole = base, changes, whole

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """Those of the base, in the shapes that the adapter has grown them to."""
        return {
            name: Spec(tuple(self._whole[name].shape), spec.dtype) if name in self._whole else spec
            for name, spec in self._base.specs.items()
        }

    def tensor(self, name: str) -> torch.Tensor:
        """The adapted tensor, in float32 bit for bit the one that PEFT's merge_and_unload makes."""
        whole, dtype = self._whole.get(name), self._base.specs[name].dtype
        tensor = self._base.tensor(name) if whole is None else whole.to(dtype)
        return self._changes[name].apply(tensor) if name in self._changes else tensor


def adapted(
    base: Tensors, config: Mapping[str, Any], folder: Path
) -> tuple[Tensors, dict[str, Any]]:
    """A base with an adapter on top, and the config.json of that.

    Where the base ties its output layer to the embedding and the adapter changes one of them, the
    result ties them no longer: that is what the adapter was trained as. Where the adapter holds
    embeddings of more tokens, the result has these.

    Raises:
        ParentError: not an adapter's folder, a kind that is not known, or one that does not fit.
    """
    files = AdapterFiles.read(folder)
    changes = _changes(files, config)
    wanted = [*changes.each, *changes.whole]
    base, config, twins = untied_for(base, config, files, wanted)
    wanted = [name for name in wanted if name not in twins]
    names: Mapping[str, str] = counterparts(wanted, base.specs)
    needed = [name for name in wanted if name not in changes.optional]
    stored = base
    if any(names[name] not in base.specs for name in needed):
        base, names = in_class(base, config, wanted, names)
    if lost := [names[name] for name in needed if names[name] not in base.specs]:
        raise ParentError(f"{folder}: adapts {lost[0]}, which the base does not have{_hint(files)}")
    each = {names[n]: c for n, c in changes.each.items() if names.get(n) in base.specs}
    whole = {names[n]: tensor for n, tensor in changes.whole.items() if n in names}
    shapes = {name: spec.shape for name, spec in base.specs.items()}
    config, shapes = _grown(config, base.specs, whole, shapes)
    each = settled(files, each, shapes)
    for name, tensor in whole.items():
        _check(folder, name, tuple(tensor.shape) == shapes[name], [*tensor.shape], shapes[name])
    for name, change in each.items():
        try:
            change.apply(torch.empty(shapes[name], device="meta"))
        except (RuntimeError, ValueError) as error:
            raise ParentError(f"{folder}: {name} {error}") from None
    made = Adapted(base, each, whole)
    return made if base is stored else as_stored(made, config, stored), config


def _changes(files: AdapterFiles, config: Mapping[str, Any]) -> Changes:
    kind = str(files.config.get("peft_type", "LORA"))
    try:
        match kind:
            case "LORA":
                return lora_changes(files, config)
            case "LOHA" | "LOKR":
                return product_changes(files, kind)
            case "IA3":
                return ia3_changes(files)
    except MALFORMED as error:
        raise ParentError(
            f"{files.folder}: does not fit its {ADAPTER_CONFIG} ({error}); get both again"
        ) from None
    raise ParentError(
        f"{files.folder}: a {kind} adapter; LORA, LOHA, LOKR and IA3 can be parents. Have PEFT "
        "merge it into its base (merge_and_unload), and take the model"
    )


def _grown(
    config: dict[str, Any],
    specs: Mapping[str, Spec],
    whole: Mapping[str, torch.Tensor],
    shapes: dict[str, tuple[int, ...]],
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    """The config and shapes of a base that was given more tokens before the adapter was trained."""
    tables = vocabulary_tensors(config, specs)
    rows = {len(whole[name]) for name in tables if name in whole}
    size = max(rows, default=0)
    if len(rows) != 1 or size <= (vocab_size(config) or 0) or any(n not in whole for n in tables):
        return config, shapes
    return with_vocab_size(config, size), {
        **shapes,
        **{name: (size, *shapes[name][1:]) for name in tables},
    }


def _check(folder: Path, name: str, fits: bool, ours: list[int], theirs: tuple[int, ...]) -> None:
    if not fits:
        raise ParentError(
            f"{folder}: {name} is {ours}, but {[*theirs]} in the base; name the base that it was "
            "trained on"
        )


def _hint(files: AdapterFiles) -> str:
    task = files.config.get("task_type")
    if task in (None, "CAUSAL_LM"):
        return ""
    return f"; it is an adapter for {task}: take a base that has the head for that"
