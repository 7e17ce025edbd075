"""A base as an adapter needs it: untied, or under the names of its class; and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch

from evomerge.weights.adapters.files import AdapterFiles
from evomerge.weights.configs.ties import ties, untied_config
from evomerge.weights.layouts.conversion import Conversion
from evomerge.weights.layouts.in_class import InClass
from evomerge.weights.layouts.naming import Renamed, is_of_a_layer
from evomerge.weights.layouts.relaid import Relaid, StoredAt
from evomerge.weights.layouts.stock import StockModel
from evomerge.weights.tensors import Spec, Tensors


def untied_for(
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


def in_class(
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


def as_stored(made: Tensors, config: Mapping[str, Any], stored: Tensors) -> Tensors:
    """Tensors under the names of their class, in the base's own layout again."""
    stock = StockModel.of(config)
    assert stock is not None
    sources = {key: StoredAt(key, key) for key in made.specs}
    return Relaid(made, sources, Conversion(stock, stored.specs), {})


def _placed(stock: StockModel, names: Iterable[str]) -> dict[str, str]:
    """What a class calls the tensors that an adapter changes."""
    return Conversion(stock, {name: Spec((1,), torch.float32) for name in names}).key_of
