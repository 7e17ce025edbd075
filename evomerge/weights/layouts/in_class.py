"""A parent's tensors under the names of a class of transformers, be it its own or another one's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from evomerge.weights.layouts.conversion import Conversion, Group, kind_of
from evomerge.weights.layouts.relaid import StoredAt
from evomerge.weights.layouts.stock import StockModel
from evomerge.weights.tensors import Tensors

_COUNTER = re.compile(r"(^|\.)num_batches_tracked$")
"""What BatchNorm counts while it is trained; nothing reads it afterwards."""


@dataclass(frozen=True)
class InClass:
    """Where a model has each tensor of a class."""

    tensors: Tensors
    stock: StockModel
    """The class, as deep as the model where it is of the same type."""
    own: StockModel | None
    """The model's own class; None where transformers does not know it."""
    sources: Mapping[str, StoredAt]
    unread: tuple[str, ...]
    """Stored tensors that the class does not load."""

    @classmethod
    def of(
        cls, tensors: Tensors, config: Mapping[str, Any], template: Mapping[str, Any]
    ) -> InClass | None:
        """The tensors of a model in the class of another one.

        A language model is also read as the part of a vision-language model that it is.

        Args:
            config: the model's config.json.
            template: that of the model whose class is asked for.

        Returns:
            None where transformers does not know the class, or nothing of it is in the model.
        """
        own = StockModel.of(config)
        alike = config.get("model_type") == template.get("model_type")
        named = {**config, "architectures": template.get("architectures")}
        stock = StockModel.of(named if alike else template)
        reader = stock if alike else own
        if stock is None or reader is None:
            return None
        conversion = Conversion(reader, tensors.specs)
        given = dict(conversion.given)
        if reader.is_tied:
            ties = {k: s for k, s in reader.ties.items() if k not in given and s in given}
            given.update({key: given[source] for key, source in ties.items()})
        names = {key: key for key in given} if alike else _shared(reader, stock)
        sources = {names[key]: StoredAt(has, key) for key, has in given.items() if key in names}
        if not sources:
            return None
        foreign = [n for key, has in given.items() if key not in names for n in _stored(has)]
        return cls(tensors, stock, own, sources, (*conversion.unused, *sorted(set(foreign))))

    def tensor(self, key: str) -> torch.Tensor:
        """One tensor of the class."""
        return self.sources[key].read(self.tensors)

    def own_heads(self) -> Iterator[tuple[str, str]]:
        """Tensors that the class can tie to others, and here are stored and differ from them."""
        for key, source in self.stock.ties.items():
            if key in self.sources and source in self.sources:
                stored, other = self.sources[key], self.sources[source]
                if stored != other and not torch.equal(self.tensor(key), self.tensor(source)):
                    yield key, source

    @property
    def missing(self) -> list[str]:
        """Tensors of the class that the model lacks, though the class cannot be without them."""
        ties, optional = self.stock.ties, self.stock.optional
        return [k for k in self.stock.keys if k not in {*self.sources, *ties, *optional}]

    def may_lack(self, keys: Iterable[str]) -> bool:
        """Whether a model of its own class has none of these tensors."""
        if self.own is None:
            return False
        kinds = {_kind(self.own, key) for key in self.own.keys}
        return all(
            key in self.stock.optional or _kind(self.stock, key) not in kinds for key in keys
        )


def is_counter(name: str) -> bool:
    """Whether nothing reads a tensor but training."""
    return bool(_COUNTER.search(name))


def _kind(stock: StockModel, key: str) -> str:
    """A tensor's name, whatever its layer and whether or not the base model's prefix is there."""
    return kind_of(key.removeprefix(f"{stock.prefix}."))


def _stored(has: str | Group) -> list[str]:
    return [has] if isinstance(has, str) else has.names


def _shared(one: StockModel, other: StockModel) -> dict[str, str]:
    """What another class calls the tensors of a part that both have: a language model, its head."""
    inner, outer = one.part_of(other), other.part_of(one)
    if inner is not None:
        here, there = one.base_path, inner
    elif outer is not None:
        here, there = outer, other.base_path
    else:
        return {}
    names = {
        key: there + key.removeprefix(here)
        for key in one.keys
        if key.startswith(here) and there + key.removeprefix(here) in other.keys
    }
    heads = zip(one.head, other.head, strict=False)
    return {**names, **dict(heads)}
