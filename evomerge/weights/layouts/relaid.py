"""The tensors of a checkpoint as another checkpoint of the same class stores them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import torch

from evomerge.weights.digests import Digested
from evomerge.weights.layouts.conversion import Conversion, Group
from evomerge.weights.tensors import Spec, Tensors

RECENT = 3
"""Groups of tensors that are kept once they are converted: as many as a layer of experts has."""


class StoredAt(NamedTuple):
    """Where a checkpoint has a tensor of the class."""

    stored: str | Group
    """Its stored name, or what it is converted with."""
    key: str
    """What the checkpoint's own class calls it."""

    def read(self, tensors: Tensors) -> torch.Tensor:
        """The tensor."""
        if isinstance(self.stored, str):
            return tensors.tensor(self.stored)
        return self.stored.convert(tensors.tensor)[self.key]


class Relaid(Digested):
    """A checkpoint in the layout of another one.

    Args:
        tensors: as they are stored.
        sources: where they have each tensor of the layout's class.
        layout: how the other checkpoint stores them.
        filled: tensors that these lack, and what has them.
    """

    def __init__(
        self,
        tensors: Tensors,
        sources: Mapping[str, StoredAt],
        layout: Conversion,
        filled: Mapping[str, Tensors],
    ) -> None:
        self._tensors, self._sources, self._layout = tensors, sources, layout
        self._filled = filled
        self._recent: dict[int, dict[str, torch.Tensor]] = {}
        self._converting = threading.Lock()
        self._direct = {n: n for n in layout.unused if n in tensors.specs}
        """Stored names of what is stored in the same way, by those of the layout."""
        made: dict[str, Spec] = {name: has.specs[name] for name, has in filled.items()}
        for name, key in layout.key_of.items():
            if key in sources and isinstance(stored := sources[key].stored, str):
                self._direct[name] = stored
            elif key in sources:
                made[name] = self._spec_in_class(key)
        for group in layout.groups:
            if any(key not in sources for key in group.targets):
                continue
            if alike := _alike(group, sources[group.key].stored):
                self._direct.update(alike)
                continue
            dtype = self._spec_in_class(group.key).dtype
            shapes = group.revert(lambda key: _empty(self._spec_in_class(key)))
            made.update({n: Spec(tuple(t.shape), dtype) for n, t in shapes.items()})
        made.update({name: tensors.specs[stored] for name, stored in self._direct.items()})
        self._specs = dict(sorted(made.items()))

    @property
    def specs(self) -> dict[str, Spec]:
        """Shape and type of every tensor, in name order."""
        return self._specs

    @property
    def content_hash(self) -> str:
        """That of the checkpoint: how it is stored does not change what it is."""
        return self._tensors.content_hash

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor; not to be written to."""
        if name in self._filled:
            return self._filled[name].tensor(name)
        if name in self._direct:
            return self._tensors.tensor(self._direct[name])
        if name in self._layout.key_of:
            return self._in_class(self._layout.key_of[name]).contiguous()
        return self._reverted(self._layout.group_of[name])[name].contiguous()

    def _reverted(self, group: Group) -> dict[str, torch.Tensor]:
        """Tensors that are converted together; the last groups are kept, as all are asked for."""
        with self._converting:
            if id(group) not in self._recent:
                whole = {key: self._in_class(key) for key in group.targets}
                self._recent[id(group)] = group.revert(whole.__getitem__)
                for oldest in [*self._recent][:-RECENT]:
                    del self._recent[oldest]
            return self._recent[id(group)]

    def _in_class(self, key: str) -> torch.Tensor:
        return self._sources[key].read(self._tensors)

    def _spec_in_class(self, key: str) -> Spec:
        stored, own = self._sources[key]
        if isinstance(stored, str):
            return self._tensors.specs[stored]
        made = self._converted_shapes(stored)[own]
        return Spec(tuple(made.shape), made.dtype)

    def _converted_shapes(self, group: Group) -> dict[str, torch.Tensor]:
        if id(group) not in self._shapes:
            self._shapes[id(group)] = group.convert(lambda n: _empty(self._tensors.specs[n]))
        return self._shapes[id(group)]

    @cached_property
    def _shapes(self) -> dict[int, dict[str, torch.Tensor]]:
        return {}


def _alike(group: Group, stored: str | Group) -> dict[str, str] | None:
    """Stored names by the layout's, where both are converted by the same rule; None elsewhere."""
    if isinstance(stored, str) or stored.middles.keys() != group.middles.keys():
        return None
    return {name: stored.middles[middle] for middle, name in group.middles.items()}


def _empty(spec: Spec) -> torch.Tensor:
    return torch.empty(spec.shape, dtype=spec.dtype, device="meta")
