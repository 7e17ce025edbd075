"""An adapter's folder: what PEFT has written down of it, and its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from blake3 import blake3
from safetensors import SafetensorError

from evomerge.errors import ParentError
from evomerge.reading.manifest import Manifest
from evomerge.weights.adapters.patterns import Patterns
from evomerge.weights.checkpoint.checkpoint import ADAPTER_CONFIG, PICKLES, read_json
from evomerge.weights.checkpoint.tensor_file import open_tensors
from evomerge.weights.digests import raw_bytes

WEIGHTS = "adapter_model.safetensors"
PREFIX = "base_model.model."


@dataclass(frozen=True)
class AdapterFiles:
    """What a folder says of an adapter."""

    folder: Path
    config: Mapping[str, Any]
    weights: Mapping[str, torch.Tensor]
    """By PEFT's names, without what it puts before the model's own, and without the adapter's."""
    _known: dict[str, Patterns] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> AdapterFiles:
        """An adapter that PEFT has saved.

        Raises:
            ParentError: there is none, it is damaged, or its weights are pickled.
        """
        config, path = read_json(folder / ADAPTER_CONFIG), folder / WEIGHTS
        pickles = [found.name for pattern in PICKLES for found in folder.glob(pattern)]
        if pickles and not path.is_file():
            raise ParentError(
                f"{folder}: holds only pickled weights ({pickles[0]}), which can run code when "
                "loaded; have PEFT save the adapter as safetensors"
            )
        try:
            with open_tensors(path) as handle:
                # On reading, PEFT's name of the adapter ("default") may stand in the key.
                # A module held whole may stand there twice, and beside it the one that was before.
                stored = {key: handle.get_tensor(key) for key in handle.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise ParentError(f"{path}: missing or damaged ({error}); get it again") from None
        weights = {_plain(k): t for k, t in stored.items() if ".original_module." not in k}
        if not weights:
            raise ParentError(f"{path}: holds no tensors; save it again")
        _check(folder, stored)
        return cls(folder, config, weights)

    def number(self, key: str) -> float:
        """A number of adapter_config.json.

        Raises:
            ParentError: it has none of that name.
        """
        value = self.config.get(key)
        if not isinstance(value, int | float):
            raise ParentError(
                f"{self.folder}: {ADAPTER_CONFIG} lacks a number for {key}; get the file again"
            )
        return float(value)

    def of_module(self, key: str, module: str) -> float:
        """A number that patterns may set for single modules: the first that matches a name's end.

        Args:
            key: like "alpha", whose patterns stand under "alpha_pattern".
            module: as PEFT names it.
        """
        named = "lora_alpha" if key == "alpha" and "lora_alpha" in self.config else key
        value = self._patterns("rank_pattern" if key == "r" else f"{key}_pattern").value(module)
        return self.number(named) if value is None else float(value)

    def _patterns(self, key: str) -> Patterns:
        if key not in self._known:
            self._known[key] = Patterns(self.folder, key, self.config.get(key) or {})
        return self._known[key]


def _check(folder: Path, stored: Mapping[str, torch.Tensor]) -> None:
    """Check a folder's files and tensors, if it has a manifest, as those have that were trained.

    Raises:
        Unlike: one is not what it was when it was written.
    """
    if manifest := Manifest.of(folder):
        manifest.check_files([ADAPTER_CONFIG])
        manifest.check_names(stored)
        for name, tensor in stored.items():
            manifest.check_tensor(name, blake3(raw_bytes(tensor)).hexdigest())


def _plain(key: str) -> str:
    """A tensor's name without what PEFT puts in it."""
    return key.removeprefix(PREFIX).replace(".default.", ".").replace(".modules_to_save.", ".")
