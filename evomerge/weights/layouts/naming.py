"""The tensors that count of a checkpoint, and the names that another checkpoint has for them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

import torch

from evomerge.errors import ParentError
from evomerge.weights.configs.ties import TIES, ties
from evomerge.weights.layouts.conversion import Conversion
from evomerge.weights.layouts.stock import StockModel
from evomerge.weights.tensors import Spec, Tensors

_NUMBER = re.compile(r"\.\d+\.")
_BUFFER = re.compile(r"(^|\.)(rotary_emb\.inv_freq|position_ids|masked_bias)$")
_MASK = re.compile(r"(^|\.)(attn|attention)\.bias$")
_COPY = re.compile(r"(^|\.)(lm_head|embed_out|proj_out|vocab_projector|output|predictions)\.")
_OLD_NAMES = (("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias"))


def is_of_a_layer(name: str) -> bool:
    """Whether a tensor stands in a numbered layer."""
    return bool(_NUMBER.search(name))


class Renamed:
    """Some of a model's tensors, under other names.

    Args:
        names: the tensors that are seen, each with the name that it has in the model.
    """

    def __init__(self, tensors: Tensors, names: Mapping[str, str]) -> None:
        self._tensors, self._names = tensors, names
        self.specs: dict[str, Spec] = {name: tensors.specs[names[name]] for name in sorted(names)}

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor; not to be written to."""
        return self._tensors.tensor(self._names[name])

    def digest(self, name: str) -> str:
        """The BLAKE3 hash of one tensor's bytes."""
        return self._tensors.digest(self._names[name])

    @property
    def content_hash(self) -> str:
        """That of the model: its names do not change what it is."""
        return self._tensors.content_hash


def essential(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """The tensors without those that transformers makes anew when it loads the model.

    Those are buffers (rotary frequencies, causal masks, positions), unless its class loads them,
    and the second of two that config.json ties, where both were stored. Norms of old BERT models
    get their names of today.

    Raises:
        ParentError: config.json ties two that differ.
    """
    rebuilt = {name for name, spec in tensors.specs.items() if is_rebuilt(name, spec)}
    copies, unlike = _copies(tensors, config)
    if (rebuilt or copies or unlike) and (stock := StockModel.of(config)):
        specs = {name: tensors.specs[name] for name in rebuilt | copies | unlike.keys()}
        placed = Conversion(stock, specs).key_of
        untied = {name for name, key in placed.items() if key not in stock.ties}
        rebuilt -= placed.keys()
        copies -= untied
        unlike = {name: first for name, first in unlike.items() if name not in untied}
    for name, first in unlike.items():
        raise ParentError(
            f"config.json ties {name} to {first}, but they differ; set {TIES} to false there"
        )
    gone = rebuilt | copies
    names = {_modern(name): name for name in tensors.specs if name not in gone}
    return Renamed(tensors, names) if set(names) != set(tensors.specs) else tensors


def is_rebuilt(name: str, spec: Spec) -> bool:
    """Whether a tensor is a table or mask that follows from the config, by its name and shape."""
    square = len(spec.shape) == 4 and spec.shape[:2] == (1, 1)
    return bool(_BUFFER.search(name)) or (square and bool(_MASK.search(name)))


def _copies(tensors: Tensors, config: Mapping[str, Any]) -> tuple[set[str], dict[str, str]]:
    """Tensors outside the layers, with a row for each token, that equal another one.

    Returns:
        Their names; and those that differ, though config.json ties what is called so, from which.
    """
    outside = {name: spec for name, spec in tensors.specs.items() if not _NUMBER.search(name)}
    rows = max((spec.shape[0] for spec in outside.values() if len(spec.shape) == 2), default=0)
    groups: dict[Spec, list[str]] = {}
    for name, spec in outside.items():
        if spec.shape[:1] == (rows,):
            groups.setdefault(spec, []).append(name)
    copies: set[str] = set()
    unlike: dict[str, str] = {}
    for names in groups.values():
        first, *others = sorted(names, key=_distance_from_source)
        kept = [first]
        for name in others if others and ties(config) else ():
            if any(torch.equal(tensors.tensor(name), tensors.tensor(one)) for one in kept):
                copies.add(name)
            elif _COPY.search(name):
                unlike[name] = first
            else:
                kept.append(name)
    return copies, unlike


def _distance_from_source(name: str) -> tuple[bool, bool, str]:
    """Of tied tables transformers saves the one called shared, else the input's."""
    return "shared" not in name.split("."), bool(_COPY.search(name)), name


def aligned(tensors: Tensors, names: Iterable[str]) -> Tensors:
    """The tensors under the names that another model of the same architecture has for them.

    The same weights are stored with or without the prefix of the base model ("bert.",
    "transformer."), and "model." stands at another place in vision-language models since
    transformers 5. Names without a counterpart stay.
    """
    found = counterparts(tensors.specs, names)
    if all(name == theirs for name, theirs in found.items()):
        return tensors
    return Renamed(tensors, {theirs: name for name, theirs in found.items()})


def counterparts(names: Iterable[str], theirs: Iterable[str]) -> dict[str, str]:
    """For each name what another model calls the tensor; itself where it does not have it."""
    names, known = list(names), set(theirs)
    prefix = _prefix(names, known)
    bare: dict[str, set[str]] = {}
    for name in known:
        bare.setdefault(_bare(name), set()).add(name)
    found = {}
    for name in names:
        alike = bare.get(_bare(name), set())
        candidates = [name, prefix + name, name.removeprefix(prefix)]
        candidates += alike if len(alike) == 1 else ()
        found[name] = next((one for one in candidates if one in known), name)
    return found if len(set(found.values())) == len(found) else {name: name for name in names}


def _modern(name: str) -> str:
    for old, new in _OLD_NAMES:
        name = name.replace(old, new)
    return name


def _bare(name: str) -> str:
    return ".".join(part for part in name.split(".") if part != "model")


def _prefix(names: Iterable[str], theirs: Iterable[str]) -> str:
    """What stands before the numbered layers of one of two models, and not of the other."""
    ours, others = (
        sorted({name[: match.start()] for name in some if (match := _NUMBER.search(name))})
        for some in (names, theirs)
    )
    for one, other in itertools.product(ours, others):
        short, long = sorted((one, other), key=len)
        if long.endswith(f".{short}"):
            return long.removesuffix(short)
    return ""
