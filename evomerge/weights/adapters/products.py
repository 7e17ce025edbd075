"""Adapters that add products of small matrices other than B A: LoHa and LoKr."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from evomerge.errors import ParentError
from evomerge.weights.adapters.change import Change, Changes
from evomerge.weights.adapters.files import AdapterFiles

_FACTORS = {"LOHA": "hada_", "LOKR": "lokr_"}


@dataclass(frozen=True)
class Added:
    """Add a delta to the weights in float32, and round once."""

    delta: torch.Tensor

    def apply(self, tensor: torch.Tensor) -> torch.Tensor:
        """The adapted tensor; see :class:`Change`."""
        delta = self.delta.reshape(tensor.shape).to(tensor.device)
        return (tensor.float() + delta).to(tensor.dtype)


def product_changes(files: AdapterFiles, kind: str) -> Changes:
    """What a LoHa (Hyeon-Woo et al. 2021, 2108.06098) or LoKr (Yeh et al. 2023, 2309.14859) does.

    Raises:
        ParentError: it has factors of a convolution in Tucker form.
    """
    start = _FACTORS[kind]
    modules: dict[str, dict[str, torch.Tensor]] = {}
    whole = {}
    for key, tensor in files.weights.items():
        module, _, factor = key.removesuffix(".weight").rpartition(".")
        if factor.startswith(start):
            modules.setdefault(module, {})[factor.removeprefix(start)] = tensor.float()
        else:
            whole[key.replace(".base_layer.", ".")] = tensor
    product = _hadamard if kind == "LOHA" else _kronecker
    each: dict[str, Change] = {}
    for module, factors in modules.items():
        if any(factor.startswith("t") for factor in factors):
            raise ParentError(
                f"{files.folder}: {module} is adapted in Tucker form; have PEFT merge it into its "
                "base (merge_and_unload), and take the model"
            )
        scale = files.of_module("alpha", module) / files.of_module("r", module)
        try:
            each[f"{module}.weight"] = Added(product(factors) * scale)
        except KeyError as error:
            raise ParentError(
                f"{files.folder}: {module} lacks {start}{error.args[0]}; get the adapter again"
            ) from None
    return Changes(each, whole)


def _hadamard(factors: dict[str, torch.Tensor]) -> torch.Tensor:
    """(A1 B1) * (A2 B2), element by element."""
    return (factors["w1_a"] @ factors["w1_b"]) * (factors["w2_a"] @ factors["w2_b"])


def _kronecker(factors: dict[str, torch.Tensor]) -> torch.Tensor:
    """The Kronecker product of W1 and W2, each whole or a product of two."""
    one, two = (
        factors[w] if w in factors else factors[f"{w}_a"] @ factors[f"{w}_b"] for w in ("w1", "w2")
    )
    return torch.kron(one[..., None, None] if two.dim() == 4 else one, two)
