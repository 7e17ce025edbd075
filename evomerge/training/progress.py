"""How far a training has come, kept beside its adapter's folder until that is there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from evomerge.disk import is_full, sync
from evomerge.errors import EvomergeError, NoRoomError
from evomerge.weights.digests import tensors_sha256


@dataclass(frozen=True)
class TrainingState:
    """All that the rest of a training depends on, after a step."""

    steps: int
    """That were made."""
    tokens: int
    seconds: float
    loss: float
    tensors: Mapping[str, torch.Tensor]


class KeptState:
    """A hidden file with the state of a training.

    Args:
        out: the adapter's folder.
        inputs: names all that the training's bits follow from: the state of any other is ignored.
    """

    def __init__(self, out: Path, inputs: str) -> None:
        self._path, self._inputs = out.with_name(f".{out.name}.training"), inputs

    def write(self, state: TrainingState) -> None:
        """Keep a state in the place of an earlier one; a kill leaves one or the other.

        Raises:
            NoRoomError: the disk is full.
            EvomergeError: it cannot be written.
        """
        said = {
            "inputs": self._inputs,
            "steps": str(state.steps),
            "tokens": str(state.tokens),
            "seconds": state.seconds.hex(),
            "loss": state.loss.hex(),
        }
        beside = self._path.with_name(f"{self._path.name}.partial")
        try:
            plain = {name: tensor.cpu().contiguous() for name, tensor in state.tensors.items()}
            said["tensors"] = tensors_sha256(plain)  # a disk may flip bits
            beside.write_bytes(save(plain, said))
            sync(beside)
            os.replace(beside, self._path)
            sync(self._path.parent)
        except OSError as error:
            beside.unlink(missing_ok=True)
            kind = NoRoomError if is_full(error) else EvomergeError
            raise kind(f"{self._path}: cannot be written ({error.strerror})") from None

    @property
    def has_place(self) -> bool:
        """Whether its folder is to be seen here, and written to."""
        return self._path.parent.is_dir() and os.access(self._path.parent, os.W_OK)

    @property
    def steps(self) -> int:
        """Of the state that is kept of this training; 0 where there is none that can be read."""
        try:
            with safe_open(self._path, framework="pt") as file:
                said = file.metadata() or {}
                return int(said["steps"]) if said.get("inputs") == self._inputs else 0
        except (OSError, SafetensorError, KeyError, ValueError):
            return 0

    def read(self) -> TrainingState | None:
        """The state that was kept of this training; None where there is none that can be read."""
        try:
            with safe_open(self._path, framework="pt") as file:
                said = file.metadata() or {}
                if said.get("inputs") != self._inputs:
                    return None
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                if tensors_sha256(tensors) != said.get("tensors"):
                    return None
                seconds, loss = (float.fromhex(said[key]) for key in ("seconds", "loss"))
                return TrainingState(
                    int(said["steps"]), int(said["tokens"]), seconds, loss, tensors
                )
        except (OSError, SafetensorError, KeyError, ValueError):
            return None

    def remove(self) -> None:
        """Take the file away, and what a kill has left of another."""
        for path in (self._path, self._path.with_name(f"{self._path.name}.partial")):
            path.unlink(missing_ok=True)
