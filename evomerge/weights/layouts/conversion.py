"""Which stored tensors become which of a class of transformers, and the way back.

transformers keeps a list of renamings and conversions for each class: single experts that it
stacks, a weight norm under its old names, the parts of vision-language models. A checkpoint of any
layout that it can load is read with these, and so can be written in another one's layout.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from evomerge.weights.layouts.stock import StockModel
from evomerge.weights.tensors import Spec

_NUMBER = re.compile(r"(?<=\.)\d+(?=\.|$)")


def kind_of(name: str) -> str:
    """A tensor's name whatever its layer."""
    return _NUMBER.sub("#", name)


@dataclass
class Group:
    """Stored tensors that become others together, as single experts become one tensor."""

    model: Any
    converter: Any
    key: str
    """The class's tensor, the first of them where there are several."""
    sources: dict[str, list[str]] = field(default_factory=dict)
    """Stored names by the converter's pattern."""
    middles: dict[str, str] = field(default_factory=dict)
    """Stored names by the name that is renamed but not yet converted."""
    empty: dict[str, torch.Tensor] = field(default_factory=dict)
    """The stored tensors on the meta device."""

    @property
    def names(self) -> list[str]:
        """The stored names."""
        return [name for names in self.sources.values() for name in names]

    def convert(self, tensor: Callable[[str], torch.Tensor]) -> dict[str, torch.Tensor]:
        """The class's tensors of the stored ones."""
        converter = copy.deepcopy(self.converter)
        for pattern, names in self.sources.items():
            for name in names:
                converter.add_tensor(self.key, name, pattern, tensor(name))
        return _convert(converter, self.key, self.model)

    def revert(self, tensor: Callable[[str], torch.Tensor]) -> dict[str, torch.Tensor]:
        """The stored tensors of the class's."""
        converter = self.converter.reverse_transform()
        first = ""
        for key in self.targets:
            renamed, pattern = converter.rename_source_key(key)
            first = first or renamed
            converter.add_tensor(first, key, pattern, tensor(key))
        made = _convert(converter, first, self.model)
        return {self.middles[name]: made[name] for name in made if name in self.middles}

    @cached_property
    def targets(self) -> list[str]:
        """All of the class's tensors that the stored ones become."""
        return [*self.convert(lambda name: self.empty[name])]


class Conversion:
    """How the tensors of one checkpoint become those of a class.

    Args:
        specs: of the stored tensors.
    """

    def __init__(self, stock: StockModel, specs: Mapping[str, Spec]) -> None:
        from transformers.conversion_mapping import get_model_conversion_mapping
        from transformers.core_model_loading import WeightConverter, WeightRenaming, dot_natural_key

        transforms = get_model_conversion_mapping(stock.model)
        self.stock = stock
        self._renamings = [t for t in transforms if isinstance(t, WeightRenaming)]
        self._converters = [t for t in transforms if isinstance(t, WeightConverter)]
        self.key_of: dict[str, str] = {}
        """The class's tensor that each stored one is, where it is only renamed."""
        self.group_of: dict[str, Group] = {}
        """What each other stored tensor is converted with."""
        self.unused: list[str] = []
        """Stored tensors that the class does not load."""
        groups: dict[str, Group] = {}
        taken: set[str] = set()
        by_pattern = {p: c for c in self._converters for p in c.source_patterns}
        for name in sorted(specs, key=dot_natural_key):
            key, pattern = self._renamed(name)
            if key not in stock.keys or (pattern is None and key in taken):
                self.unused.append(name)
            elif pattern is None:
                self.key_of[name] = key
                taken.add(key)
            else:
                if key not in groups:
                    groups[key] = Group(stock.model, by_pattern[pattern], key)
                group = groups[key]
                group.sources.setdefault(pattern, []).append(name)
                group.middles[self._middle(name, key)] = name
                spec = specs[name]
                group.empty[name] = torch.empty(spec.shape, dtype=spec.dtype, device="meta")
                self.group_of[name] = group
        self.groups = [*groups.values()]

    @cached_property
    def given(self) -> dict[str, str | Group]:
        """The class's tensors that the checkpoint has: of which stored one, or of which group."""
        given: dict[str, str | Group] = {key: name for name, key in self.key_of.items()}
        for group in self.groups:
            given.update(dict.fromkeys(group.targets, group))
        return given

    def _renamed(self, name: str) -> tuple[str, str | None]:
        from transformers.core_model_loading import rename_source_key

        prefix, keys = self.stock.prefix, self.stock.keys
        found = rename_source_key(name, self._renamings, self._converters, prefix, keys)
        if found[0] not in keys and name in keys:  # as transformers does: it has today's name
            found = rename_source_key(name, [], [], prefix, keys)
        return str(found[0]), found[1]

    def _middle(self, name: str, key: str) -> str:
        """The name after renaming, with the base model's prefix where the class's has it."""
        from transformers.core_model_loading import apply_converters, apply_renamings

        middle = str(apply_renamings(name, self._renamings))
        bare, _ = apply_converters(middle, self._converters)
        if key == f"{self.stock.prefix}.{bare}":
            return f"{self.stock.prefix}.{middle}"
        if bare == f"{self.stock.prefix}.{key}":
            return middle.removeprefix(f"{self.stock.prefix}.")
        return middle


def names_alike(template: Conversion, keys: Iterable[str]) -> dict[str, str]:
    """What a checkpoint in the template's layout calls tensors that the template lacks.

    Those are of layers that a deeper model has: they are called as others are, with another number.

    Args:
        keys: names in the class.

    Returns:
        For each stored name the template's of which it is a counterpart.
    """
    by_kind: dict[str, list[str]] = {}
    for key, given in template.given.items():
        names = [given] if isinstance(given, str) else given.names
        by_kind.setdefault(kind_of(key), [key, *names])
    found: dict[str, str] = {}
    for key in keys:
        if key in template.given or kind_of(key) not in by_kind:
            continue
        alike, *names = by_kind[kind_of(key)]
        layer = list(zip(_NUMBER.findall(alike), _NUMBER.findall(key), strict=True))
        for name in names:
            if _NUMBER.findall(name)[: len(layer)] == [theirs for theirs, _ in layer]:
                numbers = iter([ours for _, ours in layer])
                renamed = _NUMBER.sub(lambda m: next(numbers, m[0]), name)  # noqa: B023
                found[renamed] = name
    return found


def _convert(converter: Any, key: str, model: Any) -> dict[str, torch.Tensor]:
    with WithoutCopies(), torch.no_grad():
        made = converter.convert(key, model=model, config=model.config)
    return {name: t[0] if isinstance(t, list) else t for name, t in made.items()}


class WithoutCopies(TorchFunctionMode):
    """Views stay views, whatever their strides."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        return args[0] if func is torch.Tensor.contiguous else func(*args, **(kwargs or {}))


def stack_path(prefix: str, specs: Mapping[str, Spec], stock: StockModel | None) -> str | None:
    """What a class calls a stack of layers; None where there is no class, or no such stack.

    Args:
        prefix: what stands before the layers' numbers in stored names.
        specs: of the stored tensors.
    """
    inside = {name: spec for name, spec in specs.items() if name.startswith(f"{prefix}.0.")}
    if stock is None or not inside:
        return None
    key = next((key for key in Conversion(stock, inside).given if ".0." in key), None)
    return key[: key.index(".0.")] if key else None
