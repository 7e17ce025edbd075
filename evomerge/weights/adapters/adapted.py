"""A base and an adapter as the tensors of the adapted model, computed on reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from evomerge.errors import ParentError
from evomerge.weights.adapters.change import Change, Changes
from evomerge.weights.adapters.files import AdapterFiles
from evomerge.weights.adapters.ia3 import ia3_changes
from evomerge.weights.adapters.lora import lora_changes, settled
from evomerge.weights.adapters.products import product_changes
from evomerge.weights.checkpoint import ADAPTER_CONFIG
from evomerge.weights.conversion import Conversion
from evomerge.weights.digests import Digested
from evomerge.weights.in_class import InClass
from evomerge.weights.naming import Renamed, counterparts, is_of_a_layer
from evomerge.weights.relaid import Relaid, Source
from evomerge.weights.stock import StockModel
from evomerge.weights.tensors import Spec, Tensors
from evomerge.weights.ties import ties, untied_config
from evomerge.weights.vocabulary import vocab_size, vocabulary_tensors, with_vocab_size

MALFORMED = (
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    re.error,
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
    base, config, twins = _untied(base, config, files, wanted)
    wanted = [name for name in wanted if name not in twins]
    names: Mapping[str, str] = counterparts(wanted, base.specs)
    needed = [name for name in wanted if name not in changes.optional]
    stored = base
    if any(names[name] not in base.specs for name in needed):
        base, names = _in_class(base, config, wanted, names)
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
    return made if base is stored else _as_stored(made, config, stored), config


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
    except (
        RuntimeError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        re.error,
    ) as error:
        raise ParentError(f"{files.folder}: does not fit its {ADAPTER_CONFIG} ({error})") from None
    raise ParentError(
        f"{files.folder}: a {kind} adapter; LORA, LOHA, LOKR and IA3 can be parents. Have PEFT "
        "merge it into its base (merge_and_unload), and take the model"
    )


def _untied(
    base: Tensors, config: Mapping[str, Any], files: AdapterFiles, wanted: Sequence[str]
) -> tuple[Tensors, dict[str, Any], set[str]]:
    """The base untied, where the adapter changes its output layer or what that is tied to.

    Returns:
        The base, its config.json, and which of the adapter's tensors are others' twins, where PEFT
        was told to keep the tie.
    """
    plain = dict(config)
    if all(map(is_of_a_layer, wanted)) or not ties(config):
        return base, plain, set()
    if (stock := StockModel.of(config)) is None:
        return base, plain, set()
    placed = _placed(stock, wanted)
    stored = Conversion(stock, base.specs).given
    tied = {k: s for k, s in stock.ties.items() if s in stored and k not in stored}
    broken = {*placed.values()} & {*tied.keys(), *tied.values()}
    # config.json ties all or nothing: where one tie is broken, all tensors are stored.
    heads = {key: str(stored[source]) for key, source in tied.items()} if broken else {}
    if files.config.get("ensure_weight_tying"):
        return base, plain, {name for name, key in placed.items() if key in heads}
    if not heads:
        return base, plain, set()
    names = {**{name: name for name in base.specs}, **heads}
    return Renamed(base, names), untied_config(config), set()


def _in_class(
    base: Tensors, config: Mapping[str, Any], wanted: Iterable[str], names: Mapping[str, str]
) -> tuple[Tensors, Mapping[str, str]]:
    """The base under the names of its class, and what the adapter's names are there."""
    read = InClass.of(base, config, config)
    if read is None:
        return base, names
    placed = _placed(read.stock, wanted)
    tied = set() if not read.stock.is_tied else read.stock.ties.keys() - base.specs.keys()
    kept = {key: spec for key, spec in read.stock.keys.items() if key not in tied}
    specs = {key: Spec(tuple(tensor.shape), tensor.dtype) for key, tensor in kept.items()}
    own = {name: base.specs[name] for name in read.unread}
    layout = Conversion(read.stock, {**specs, **own})
    return Relaid(base, read.sources, layout, {}), {n: placed.get(n, n) for n in wanted}


def _as_stored(made: Tensors, config: Mapping[str, Any], stored: Tensors) -> Tensors:
    """Tensors under the names of their class, in the base's own layout again."""
    stock = StockModel.of(config)
    assert stock is not None
    sources = {key: Source(key, key) for key in made.specs}
    return Relaid(made, sources, Conversion(stock, stored.specs), {})


def _placed(stock: StockModel, names: Iterable[str]) -> dict[str, str]:
    """What a class calls the tensors that an adapter changes."""
    return Conversion(stock, {name: Spec((1,), torch.float32) for name in names}).key_of


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
        raise ParentError(f"{folder}: {name} is {ours}, but {[*theirs]} in the base")


def _hint(files: AdapterFiles) -> str:
    task = files.config.get("task_type")
    if task in (None, "CAUSAL_LM"):
        return ""
    return f"; it is an adapter for {task}: take a base that has the head for that"
