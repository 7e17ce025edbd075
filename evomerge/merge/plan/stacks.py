"""Which layer and which module a tensor belongs to, found from tensor names and config.json."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evomerge.recipe.parameters import depth_of
from evomerge.weights import ConfigKey

_NUMBERED = re.compile(r"^(?P<prefix>.*?)\.(?P<layer>\d+)\.(?P<rest>.+)$")
_COUNT = re.compile(r"^(n_|num_)?(hidden_|encoder_|decoder_)?layers?$|^depth$")
"""Keys of config.json that say how many layers there are."""
_FURTHER = re.compile(r"^num_nextn_predict_layers$")
"""How many layers are numbered behind those, which guess further tokens (DeepSeek-V3, GLM-4.5)."""
_FIRST = re.compile(r"embed(?!_out)|(^|\.)(w[tp]e|conv\d*|pre_la?ye?r_?norm|project_in)(\.|$)")
_BRIDGE = re.compile(r"projector|projection|connector|merger|adapter|resampler")
_KINDS = {
    "vision": re.compile(r"vision|visual|vit\b|image"),
    "audio": re.compile(r"audio|speech"),
    "text": re.compile(r"text|language"),
    "decoder": re.compile(r"decoder"),
    "encoder": re.compile(r"encoder"),
}
"""What a stack is, the first word that its prefix has going before the others; else text."""
NAMES = {
    "text": "text_decoder",
    "decoder": "decoder",
    "encoder": "encoder",
    "audio": "audio_tower",
    "vision": "vision_tower",
}
"""What mergekit calls the module around a kind of stack."""
BRIDGE = "multi_modal_projector"


@dataclass(frozen=True)
class Stack:
    """Numbered layers: `PREFIX.0.` to `PREFIX.{layers - 1}.`."""

    prefix: str
    layers: int
    keys: tuple[ConfigKey, ...] = ()
    """Where config.json says how many there are."""

    def layer_of(self, name: str) -> int | None:
        """The layer of a tensor; None outside the layers."""
        match = _NUMBERED.match(name)
        if match is None or match["prefix"] != self.prefix or int(match["layer"]) >= self.layers:
            return None
        return int(match["layer"])

    def is_behind(self, name: str) -> bool:
        """Whether a tensor is numbered behind the layers: it guesses further tokens."""
        match = _NUMBERED.match(name)
        return bool(match and match["prefix"] == self.prefix and int(match["layer"]) >= self.layers)

    def renamed(self, name: str, layer: int) -> str:
        """The tensor's counterpart in another layer."""
        match = _NUMBERED.match(name)
        assert match is not None
        return f"{self.prefix}.{layer}.{match['rest']}"

    def resized(self, name: str, layers: int) -> str:
        """The tensor's counterpart in a stack of so many layers: what is behind them moves."""
        match = _NUMBERED.match(name)
        if match is None or not self.is_behind(name):
            return name
        return self.renamed(name, layers + int(match["layer"]) - self.layers)

    @property
    def kind(self) -> str:
        """What the layers are: "vision", "audio", "decoder", "encoder", or else "text"."""
        return _kind(self.prefix)


@dataclass(frozen=True)
class Stacks:
    """The stacks of layers of a model, and the modules around them."""

    each: tuple[Stack, ...]

    @classmethod
    def of(cls, names: Iterable[str], config: Mapping[str, Any]) -> Stacks:
        """Those of a model with these tensors.

        Stacks are numbered without a gap, and config.json has their number of layers; where it
        has none of them, the one with most tensors is taken. Layers that only guess further tokens
        stand outside.
        """
        counts = [*_counts(config, _COUNT)]
        told = {count for _, count in counts}
        further = sum(number for _, number in _counts(config, _FURTHER))
        found = {
            prefix: (n - further if n not in told and n - further in told else n, size)
            for prefix, (n, size) in _numbered(names).items()
        }
        claims: dict[str, list[ConfigKey]] = {}
        for key, count in counts:
            near = {p: (_nearness(p, key), size) for p, (n, size) in found.items() if n == count}
            near = {prefix: rank for prefix, rank in near.items() if rank[0] >= 0}
            if near:
                claims.setdefault(max(near, key=lambda prefix: near[prefix]), []).append(key)
        if not claims and found:
            claims[max(found, key=lambda prefix: found[prefix][1])] = []
        called = {prefix.rpartition(".")[2] for prefix in claims}
        return cls(
            tuple(
                Stack(prefix, found[prefix][0], tuple(claims.get(prefix, ())))
                for prefix in found
                if prefix in claims
                or (found[prefix][0] > 1 and prefix.rpartition(".")[2] in called)
            )
        )

    def stack_of(self, name: str) -> Stack | None:
        """The stack that a tensor belongs to; None outside the layers."""
        return next((s for s in self.each if s.layer_of(name) is not None), None)

    def depth_of(self, name: str) -> float:
        """Where a tensor's layer stands in its stack, 0 to 1; 0 outside the layers."""
        stack = self.stack_of(name)
        return depth_of(stack.layer_of(name), stack.layers) if stack else 0.0

    def module_of(self, name: str) -> str:
        """The module of a tensor.

        A stack's module is named by the kind of its layers, as mergekit names it, and holds what
        stands beside the layers; what leads from images or sounds to the text is
        "multi_modal_projector"; what stands beside all stacks goes with the text or the decoder.
        """
        stack = self.stack_of(name)
        if stack is None and self._is_multimodal and _BRIDGE.search(name):
            return BRIDGE
        if stack is None:
            stack = next((s for s in self.each if name.startswith(self._root(s))), None)
        if stack is None and {"encoder", "decoder"} == {s.kind for s in self.each}:
            return "shared" if re.search(r"(^|\.)shared\.", name) else NAMES["decoder"]
        if stack is None:
            stack = min(self.each, key=lambda s: list(NAMES).index(s.kind), default=None)
        return NAMES[stack.kind if stack else "text"]

    def module_called(self, name: str) -> str | None:
        """The module that a recipe means: by its name, or by a part of the stack's prefix."""
        called = {BRIDGE} if name == BRIDGE or _BRIDGE.search(name) else set[str]()
        for stack in self.each:
            alone = name == "default" and len(self.each) == 1  # mergekit's name for it
            if alone or name in (NAMES[stack.kind], stack.prefix, *stack.prefix.split(".")):
                called.add(NAMES[stack.kind])
        if name == "shared":
            called.add(name)
        return called.pop() if len(called) == 1 else None

    @property
    def _is_multimodal(self) -> bool:
        return len(self.each) > 1 and any(s.kind in ("vision", "audio") for s in self.each)

    def _root(self, stack: Stack) -> str:
        """The shortest prefix that no other stack has."""
        parts = stack.prefix.split(".")
        others = [other.prefix + "." for other in self.each if other is not stack]
        for length in range(1, len(parts) + 1):
            root = ".".join(parts[:length]) + "."
            if not any(other.startswith(root) for other in others):
                return root
        return stack.prefix + "."


def comes_before_layers(name: str) -> bool:
    """Whether a tensor outside the layers comes before them: an embedding, going by its name."""
    return bool(_FIRST.search(name))


def _numbered(names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """For each prefix that is numbered from 0 without a gap: how far, and how many tensors."""
    counts: Counter[str] = Counter()
    numbers: dict[str, set[int]] = {}
    for match in filter(None, map(_NUMBERED.match, names)):
        counts[match["prefix"]] += 1
        numbers.setdefault(match["prefix"], set()).add(int(match["layer"]))
    return {
        prefix: (len(seen), counts[prefix])
        for prefix, seen in numbers.items()
        if max(seen) + 1 == len(seen)
    }


def _counts(
    config: Mapping[str, Any], keys: re.Pattern[str], place: ConfigKey = ()
) -> Iterator[tuple[ConfigKey, int]]:
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from _counts(value, keys, (*place, key))
        elif keys.match(key) and isinstance(value, int):
            yield (*place, key), value


def _kind(text: str) -> str:
    return next((kind for kind, words in _KINDS.items() if words.search(text)), "text")


def _nearness(prefix: str, key: ConfigKey) -> int:
    """How well a key of config.json goes with a stack, by what both are called."""
    said = _kind(".".join(key))
    if said == _kind(prefix):
        return 3
    return {"text": 2, "encoder": 1}.get(_kind(prefix), 0) if said == "text" else -1
