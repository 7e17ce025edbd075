"""Adapters that scale what goes into layers or comes out of them (IA3, 2205.05638)."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from evomerge.weights.adapters.change import Change, Changes
from evomerge.weights.adapters.files import AdapterFiles

_SCALE = "ia3_l"


@dataclass(frozen=True)
class Scaled:
    """W l: rows scaled by l of shape (rows, 1), columns by (1, columns)."""

    factor: torch.Tensor

    def apply(self, tensor: torch.Tensor) -> torch.Tensor:
        """The adapted tensor; see :class:`Change`."""
        made = tensor.float() * self.factor.float().to(tensor.device)
        if made.shape != tensor.shape:
            raise RuntimeError(f"is scaled by {[*self.factor.shape]}, but {[*tensor.shape]}")
        return made.to(tensor.dtype)


def ia3_changes(files: AdapterFiles) -> Changes:
    """What an IA3 adapter does; where what comes out is scaled, a bias is as well."""
    each: dict[str, Change] = {}
    whole = {}
    for key, factor in files.weights.items():
        module, _, last = key.removesuffix(".weight").rpartition(".")
        if last != _SCALE:
            whole[key.replace(".base_layer.", ".")] = factor
            continue
        turned = factor.T if files.config.get("fan_in_fan_out") else factor
        each[f"{module}.weight"] = Scaled(turned)
        if factor.shape[0] > 1:
            each[f"{module}.bias"] = Scaled(factor.flatten())
    return Changes(each, whole, optional=frozenset(n for n in each if n.endswith(".bias")))
