"""Low-rank adapters: LoRA, DoRA, and LoRA on the experts that a model holds as one tensor."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from evomerge.errors import ParentError
from evomerge.weights.adapters.change import Change, Changes
from evomerge.weights.adapters.files import AdapterFiles
from evomerge.weights.layouts.stock import StockModel

_VARIANTS = (
    "use_qalora",
    "use_bdlora",
    "alora_invocation_tokens",
    "arrow_config",
    "kasa_config",
    "layer_replication",
    "lora_ga_config",
    "monteclora_config",
    "trainable_token_indices",
    "velora_config",
)
"""Keys of PEFT's adapter_config.json that make it something other than base + scale B A."""
_CHANGE_BASE = ("pissa", "olora", "corda", "loftq", "lora_ga")
"""Ways to start an adapter that take from the base what the adapter then holds."""
_KEY = re.compile(
    r"^(?P<module>.+)\.lora_(?P<kind>embedding_)?(?P<side>[AB]|magnitude_vector)(\.weight)?$"
)


@dataclass(frozen=True)
class LowRank:
    """Adds scale B A to W (Hu et al. 2021, 2106.09685), A of shape (rank, columns), B (rows, rank).

    With a magnitude each row's norm becomes that (DoRA, Liu et al. 2024, 2402.09353). The sum is
    taken in float32 and rounded once; only what is added to an embedding is rounded before, as
    PEFT's merge_and_unload does.
    """

    a: torch.Tensor
    b: torch.Tensor
    scale: float
    embedding: bool
    turned: bool = False
    """Whether square weights have their inputs first; of others the shape tells."""
    magnitude: torch.Tensor | None = None

    def apply(self, tensor: torch.Tensor) -> torch.Tensor:
        """The adapted tensor; see :class:`Change`."""
        delta = self.b.float().to(tensor.device) @ self.a.float().to(tensor.device)
        turned = self._is_turned(tuple(tensor.shape))
        delta = (delta.T if turned else delta) * self.scale
        if delta.shape != tensor.shape:
            raise RuntimeError(f"is {[*delta.shape]}, but {[*tensor.shape]} in the base")
        if self.embedding and self.magnitude is None:
            return tensor + delta.to(tensor.dtype)
        made = tensor.float() + delta
        if self.magnitude is not None:
            along = 0 if turned else 1
            norm = torch.linalg.norm(made, dim=along, keepdim=True)
            magnitude = self.magnitude.float().to(tensor.device).view(norm.shape)
            made = magnitude / norm * made
        return made.to(tensor.dtype)

    def _is_turned(self, shape: tuple[int, ...]) -> bool:
        """Whether the base holds the weight with inputs first, as embeddings and Conv1D do."""
        if self.embedding or self.is_square:
            return self.embedding or self.turned
        return self.is_turned(shape)

    @property
    def is_square(self) -> bool:
        """Whether its shape does not tell how it lies."""
        return self.b.shape[0] == self.a.shape[1]

    def is_turned(self, shape: tuple[int, ...]) -> bool:
        """Whether a weight of this shape has its inputs first."""
        return not self.is_square and shape == (self.a.shape[1], self.b.shape[0])


@dataclass(frozen=True)
class LowRankExperts:
    """W_e + scale B_e A_e for each expert e of a tensor (experts, rows, columns)."""

    a: torch.Tensor
    b: torch.Tensor
    scale: float
    turned: bool
    """Whether columns come before rows."""

    def apply(self, tensor: torch.Tensor) -> torch.Tensor:
        """The adapted tensor; see :class:`Change`."""
        experts = tensor.shape[0]
        a = self.a.float().to(tensor.device).reshape(experts, -1, self.a.shape[-1])
        b = self.b.float().to(tensor.device).reshape(self.b.shape[0], -1, experts)
        order = "o r e, e r i -> e i o" if self.turned else "o r e, e r i -> e o i"
        delta = torch.einsum(order, b, a) * self.scale
        if delta.shape != tensor.shape:
            raise RuntimeError(f"is {[*delta.shape]}, but {[*tensor.shape]} in the base")
        return (tensor.float() + delta).to(tensor.dtype)


def lora_changes(files: AdapterFiles, config: Mapping[str, Any]) -> Changes:
    """What a LoRA adapter does.

    Args:
        config: the base's config.json.

    Raises:
        ParentError: it is a variant that is not a low-rank sum.
    """
    _refuse_variants(files)
    sides: dict[str, dict[str, torch.Tensor]] = {}
    embeddings, whole = set(), {}
    for key, tensor in files.weights.items():
        if match := _KEY.match(key):
            sides.setdefault(match["module"], {})[match["side"]] = tensor
            if match["kind"]:
                embeddings.add(match["module"])
        else:
            # A layer that it adapts and holds whole stands in PEFT's own as "base_layer".
            whole[key.replace(".base_layer.", ".")] = tensor
    for module, pair in sides.items():
        if not {"A", "B"} <= set(pair):
            raise ParentError(
                f"{files.folder}: {module} has lora_{next(iter(pair))} only; get the adapter again"
            )
    each: dict[str, Change] = {}
    experts = dict(_experts(files, sides, config))
    for module, pair in sides.items():
        name, count, turned = experts.get(module, (f"{module}.weight", 1, False))
        of = name if module in experts else module
        scale = _scale(files, of, pair["A"].shape[0] // count)
        if count > 1:
            each[name] = LowRankExperts(pair["A"], pair["B"], scale, turned)
        else:
            magnitude = _magnitude(files, module, pair)
            each[name] = LowRank(
                pair["A"], pair["B"], scale, module in embeddings, magnitude=magnitude
            )
    return Changes(each, whole)


def _magnitude(
    files: AdapterFiles, module: str, pair: Mapping[str, torch.Tensor]
) -> torch.Tensor | None:
    magnitude = pair.get("magnitude_vector")
    if magnitude is None and files.config.get("use_dora"):
        raise ParentError(
            f"{files.folder}: use_dora, but {module} has no magnitude; get the adapter again"
        )
    return magnitude


def settled(
    files: AdapterFiles, each: Mapping[str, Change], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Change]:
    """The changes, once it is known how square weights lie.

    PEFT keeps the flag of the last layer alone where a model has layers of both kinds; so the other
    layers are asked as well.

    Args:
        shapes: of the base's tensors that are adapted.
    """
    plain = {n: c for n, c in each.items() if isinstance(c, LowRank) and not c.embedding}
    turned = any(change.is_turned(shapes[name]) for name, change in plain.items())
    if not (turned or files.config.get("fan_in_fan_out")):
        return dict(each)
    return {**each, **{name: replace(change, turned=True) for name, change in plain.items()}}


def _experts(
    files: AdapterFiles, modules: Iterable[str], config: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[str, int, bool]]]:
    """For modules whose parameters are adapted themselves: which, how many experts, how they lie.

    Where several parameters of a module are, PEFT wraps it in one layer after the other, the first
    parameter innermost.

    Raises:
        ParentError: transformers does not know the base.
    """
    targets = files.config.get("target_parameters") or ()
    if not targets:
        return
    if (stock := StockModel.of(config)) is None:
        raise ParentError(
            f"{files.folder}: target_parameters of a model that transformers does not know; "
            "install a newer one"
        )
    for module in modules:
        path = module.replace(".base_layer", "")
        try:
            holder = stock.model.get_submodule(path)
        except AttributeError:  # named as transformers did not name it
            continue
        named = [
            (name, parameter)
            for name, parameter in holder.named_parameters(recurse=False)
            if f"{path}.{name}".endswith(tuple(f".{target}" for target in targets))
        ]
        if len(named) > module.count(".base_layer"):
            name, parameter = named[-1 - module.count(".base_layer")]
            count = parameter.shape[0] if parameter.dim() == 3 else 1
            yield module, (f"{path}.{name}", count, bool(getattr(holder, "is_transposed", False)))


def _refuse_variants(files: AdapterFiles) -> None:
    for flag in _VARIANTS:
        if files.config.get(flag):
            raise ParentError(
                f"{files.folder}: {flag} is not a plain low-rank sum; have PEFT merge it into "
                "its base (merge_and_unload), and take the model"
            )
    start = files.config.get("init_lora_weights")
    if isinstance(start, str) and start.lower().startswith(_CHANGE_BASE):
        raise ParentError(
            f"{files.folder}: init_lora_weights {start!r} changes the base as well; have PEFT "
            "save it as plain LoRA (path_initial_model_for_weight_conversion)"
        )
    files.number("lora_alpha")


def _scale(files: AdapterFiles, module: str, rank: int) -> float:
    alpha = files.of_module("alpha", module)
    return alpha / (math.sqrt(rank) if files.config.get("use_rslora") else rank)
