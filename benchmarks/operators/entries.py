"""What is compared: merge methods and formulas, with the numbers of each that are searched for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.tree import names_in

WEIGHT = {"gene": {"low": 0.0, "high": 1.5}}
"""Of a model."""
SHARE = {"gene": {"low": 0.1, "high": 1.0}}
INNER_SHARE = {"gene": {"low": 0.15, "high": 0.85}}
"""Where a share less and plus della's epsilon of 0.15 must be one, too."""
NAMES: Mapping[str, Any] = {
    "w": 1.0,
    "p": {"default": 0.5, "low": 0.0, "high": 1.0, "per_model": False},
}
"""What a formula can name: a weight for each model, and one share for all."""


@dataclass(frozen=True)
class Entry:
    """A merge method, or a formula."""

    name: str
    method: str | Mapping[str, Any]
    of_models: tuple[str, ...] = ()
    """Parameters of which each model has its own."""
    of_all: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that are one for all."""

    def recipe(self, models: list[str], evolve: Mapping[str, Any]) -> dict[str, Any]:
        """The recipe that searches its numbers, as plain values."""
        own: dict[str, Any] = dict.fromkeys(self.of_models, WEIGHT)
        return {
            "merge_method": self.method,
            "base_model": "zoo:base",
            "models": [
                {"model": model, "parameters": own} if own else {"model": model} for model in models
            ],
            **({"parameters": dict(self.of_all)} if self.of_all else {}),
            "dtype": "float32",
            "evolve": dict(evolve),
        }


_WEIGHTED = ("weight",)
_THINNED = {"density": SHARE, "normalize": False}
HAND_MADE = (
    Entry("linear", "linear", _WEIGHTED),
    Entry("task_arithmetic", "task_arithmetic", _WEIGHTED),
    Entry("ties", "ties", _WEIGHTED, _THINNED),
    Entry("dare_linear", "dare_linear", _WEIGHTED, _THINNED),
    Entry("dare_ties", "dare_ties", _WEIGHTED, _THINNED),
    Entry("breadcrumbs", "breadcrumbs", _WEIGHTED, _THINNED),
    Entry("della", "della", _WEIGHTED, {**_THINNED, "density": INNER_SHARE}),
    Entry("magmax", "magmax", _WEIGHTED),
    Entry("consensus_ta", "consensus_ta", _WEIGHTED, {"threshold": SHARE}),
    Entry("pcb", "pcb", _WEIGHTED, {"density": SHARE}),
    Entry("sce", "sce", (), {"select_topk": SHARE}),
    Entry("model_stock", "model_stock"),
)
"""Methods of the registry that take any number of parents, and neither texts nor matrices' singular
values."""


def spelt_out(text: str) -> Entry:
    """A formula; numbers that stand in it stay."""
    names = names_in(parse_formula(text)) & {*NAMES}
    return Entry(
        text,
        {"formula": text, "names": {name: NAMES[name] for name in sorted(names)}},
        ("w",) if "w" in names else (),
        {"p": SHARE} if "p" in names else {},
    )
