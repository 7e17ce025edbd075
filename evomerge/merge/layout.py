"""Which layer a tensor belongs to, found from the tensors' names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBERED = re.compile(r"^(?P<prefix>.*?)\.(?P<layer>\d+)\.(?P<rest>.+)$")
_EMBEDDING = re.compile(r"embed(?!_out)|(^|\.)w[tp]e\.")


@dataclass(frozen=True)
class Layout:
    """The numbered layers of a model: `PREFIX.0.` to `PREFIX.{layers - 1}.`."""

    prefix: str
    layers: int

    @classmethod
    def of(cls, names: Iterable[str]) -> Layout:
        """The layout in which most tensors have a layer."""
        counts: Counter[str] = Counter()
        last: dict[str, int] = {}
        for match in filter(None, map(_NUMBERED.match, names)):
            prefix, layer = match["prefix"], int(match["layer"])
            counts[prefix] += 1
            last[prefix] = max(last.get(prefix, 0), layer)
        if not counts:
            return cls("", 0)
        prefix = counts.most_common(1)[0][0]
        return cls(prefix, last[prefix] + 1)

    def layer_of(self, name: str) -> int | None:
        """The layer of a tensor; None outside the layers."""
        match = _NUMBERED.match(name)
        return int(match["layer"]) if match and match["prefix"] == self.prefix else None

    def renamed(self, name: str, layer: int) -> str:
        """The tensor's counterpart in another layer."""
        match = _NUMBERED.match(name)
        assert match is not None
        return f"{self.prefix}.{layer}.{match['rest']}"


def comes_before_layers(name: str) -> bool:
    """Whether a tensor outside the layers comes before them: an embedding, going by its name."""
    return bool(_EMBEDDING.search(name))
