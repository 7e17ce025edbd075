"""A base and a LoRA adapter (PEFT's folder format) as the tensors of the adapted model."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from evomerge.errors import ParentError
from evomerge.weights.checkpoint import read_json
from evomerge.weights.digests import Digested
from evomerge.weights.naming import counterparts
from evomerge.weights.tensors import Spec, Tensors

PREFIX = "base_model.model."
_VARIANTS = (
    "use_dora",
    "use_qalora",
    "use_bdlora",
    "alora_invocation_tokens",
    "arrow_config",
    "kasa_config",
    "layer_replication",
    "lora_ga_config",
    "monteclora_config",
    "target_parameters",
    "trainable_token_indices",
    "velora_config",
)
"""Keys of PEFT's adapter_config.json that make it something other than base + scale B A."""
_CHANGE_BASE = ("pissa", "olora", "corda", "loftq", "lora_ga")
"""Ways to start an adapter that take from the base what the adapter then holds."""
_KEY = re.compile(r"^(?P<module>.+)\.lora_(?P<kind>embedding_)?(?P<side>[AB])(\.weight)?$")


@dataclass(frozen=True)
class _Pair:
    """The two factors of what is added to a tensor, A of shape (rank, columns), B (rows, rank)."""

    module: str
    """As PEFT names it."""
    a: torch.Tensor
    b: torch.Tensor
    embedding: bool

    @property
    def rows(self) -> int:
        return self.b.shape[0]

    @property
    def columns(self) -> int:
        return self.a.shape[1]


class LoraModel(Digested):
    """base + scale B A for each adapted tensor (Hu et al. 2021, 2106.09685), computed on reading.

    Raises:
        ParentError: not an adapter folder, a variant that is not a plain low-rank sum, or one
            that does not fit the base.
    """

    def __init__(self, base: Tensors, folder: Path) -> None:
        self.base, self.folder = base, folder
        self.config = read_json(folder / "adapter_config.json")
        self._refuse_variants()
        path = folder / "adapter_model.safetensors"
        try:
            with safe_open(path, framework="pt", device="cpu") as handle:
                # On reading, PEFT's name of the adapter ("default") may stand in the key.
                # A layer that it adapts and holds whole stands in PEFT's own as "base_layer".
                weights = {
                    key.removeprefix(PREFIX)
                    .replace(".default.", ".")
                    .replace(".base_layer.", "."): handle.get_tensor(key)
                    for key in handle.keys()  # noqa: SIM118 - not a dict
                }
        except (SafetensorError, OSError) as error:
            raise ParentError(f"{path}: missing or damaged ({error})") from None
        self._weights = weights
        if not weights:
            raise ParentError(f"{path}: holds no tensors")
        try:
            self._check_fit()
        except (RuntimeError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise ParentError(f"{path}: does not fit its adapter_config.json ({error})") from None

    def _refuse_variants(self) -> None:
        kind = self.config.get("peft_type", "LORA")
        if kind != "LORA":
            raise ParentError(f"{self.folder}: a {kind} adapter; only LoRA adapters can be parents")
        for flag in _VARIANTS:
            if self.config.get(flag):
                raise ParentError(f"{self.folder}: {flag} is not a plain low-rank sum")
        start = self.config.get("init_lora_weights")
        if isinstance(start, str) and start.lower().startswith(_CHANGE_BASE):
            raise ParentError(
                f"{self.folder}: init_lora_weights {start!r} changes the base as well; have PEFT "
                "save it as plain LoRA (path_initial_model_for_weight_conversion)"
            )
        if not isinstance(self.config.get("lora_alpha"), int | float):
            raise ParentError(f"{self.folder}: adapter_config.json lacks a number for lora_alpha")

    @cached_property
    def _pairs(self) -> dict[str, _Pair]:
        """What is added, by the base's name of the adapted tensor."""
        sides: dict[str, dict[str, torch.Tensor]] = {}
        embeddings = set()
        for key, tensor in self._weights.items():
            if match := _KEY.match(key):
                sides.setdefault(match["module"], {})[match["side"]] = tensor
                if match["kind"]:
                    embeddings.add(match["module"])
        for module, pair in sides.items():
            if set(pair) != {"A", "B"}:
                raise ParentError(f"{self.folder}: {module} has lora_{next(iter(pair))} only")
        names = counterparts([f"{module}.weight" for module in sides], self.base.specs)
        return {
            names[f"{module}.weight"]: _Pair(module, pair["A"], pair["B"], module in embeddings)
            for module, pair in sides.items()
        }

    @cached_property
    def _replaced(self) -> dict[str, torch.Tensor]:
        """Tensors that the adapter holds whole (PEFT's modules_to_save, biases, embeddings)."""
        whole = {key: value for key, value in self._weights.items() if not _KEY.match(key)}
        names = counterparts(whole, self.base.specs)
        return {names[key]: value for key, value in whole.items()}

    def _check_fit(self) -> None:
        for name, tensor in self._replaced.items():
            self._check_shape(name, tuple(tensor.shape))
        for name in self._pairs:
            self._check_shape(name, None)
            self._check_shape(name, tuple(self._delta(name, meta=True).shape))

    def _check_shape(self, name: str, shape: tuple[int, ...] | None) -> None:
        spec = self.base.specs.get(name)
        if spec is None:
            raise ParentError(
                f"{self.folder}: adapts {name}, which the base does not have; if the base ties it "
                "to its embedding, merge the adapter in with PEFT and save an untied model"
            )
        if shape is not None and spec.shape != shape:
            raise ParentError(
                f"{self.folder}: {name} is {list(shape)}, but {list(spec.shape)} in the base"
            )

    def _delta(self, name: str, meta: bool = False) -> torch.Tensor:
        pair = self._pairs[name]
        a, b = (t.to("meta") if meta else t.float() for t in (pair.a, pair.b))
        product = b @ a
        if self._is_transposed(name, pair):
            product = product.T
        return product * self._scale(pair.module, a.shape[0])

    def _is_transposed(self, name: str, pair: _Pair) -> bool:
        """Whether the base holds the weight with inputs first, as embeddings and Conv1D do.

        Its shape tells. For a square one the flag does, which PEFT keeps for the last layer alone
        where a model has layers of both kinds; so the other layers are asked as well.
        """
        if pair.embedding or pair.rows == pair.columns:
            return pair.embedding or self._has_transposed_layers
        return self.base.specs[name].shape == (pair.columns, pair.rows)

    @cached_property
    def _has_transposed_layers(self) -> bool:
        return bool(self.config.get("fan_in_fan_out")) or any(
            pair.rows != pair.columns and self._is_transposed(name, pair)
            for name, pair in self._pairs.items()
            if not pair.embedding
        )

    def _scale(self, module: str, rank: int) -> float:
        alpha = _pattern(self.config.get("alpha_pattern"), module, self.config["lora_alpha"])
        return float(alpha) / (math.sqrt(rank) if self.config.get("use_rslora") else rank)

    @property
    def specs(self) -> dict[str, Spec]:
        """Those of the base."""
        return self.base.specs

    def tensor(self, name: str) -> torch.Tensor:
        """The adapted tensor, bit for bit the one that PEFT's merge_and_unload makes.

        The sum is taken in float32 and rounded once to the base's type; only what is added to an
        embedding is rounded before.
        """
        dtype = self.specs[name].dtype
        replaced = self._replaced.get(name)
        original = self.base.tensor(name) if replaced is None else replaced.to(dtype)
        if name not in self._pairs:
            return original
        if self._pairs[name].embedding:
            return original + self._delta(name).to(dtype)
        return (original.float() + self._delta(name)).to(dtype)


def _pattern(patterns: dict[str, Any] | None, module: str, default: Any) -> Any:
    """PEFT's rule: the first pattern that matches the end of the module's name."""
    for pattern, value in (patterns or {}).items():
        if re.match(rf"(.*\.)?({pattern})$", module):
            return value
    return default
