"""What is to be trained, with nothing left open but where; and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata

import torch

import evomerge
from evomerge.recipe import Training
from evomerge.training.texts import TrainingText
from evomerge.weights import Spec

PACKAGES = ("torch", "transformers", "peft")
"""Those that decide the bits of an adapter, beside evomerge."""


@dataclass(frozen=True)
class TrainingOrder:
    """A training, whatever base and machine it is done with."""

    settings: Training
    texts: tuple[TrainingText, ...]
    """In the order of their names."""
    seed: int

    @cached_property
    def sha256(self) -> str:
        """Names all of it."""
        texts = [[text.name, text.tokens, text.learnt] for text in self.texts]
        plain = [self.settings.model_dump(mode="json"), texts, self.seed]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Trained:
    """What came of a training order."""

    tensors: Mapping[str, torch.Tensor]
    """By PEFT's names, in their order, on the CPU."""
    config_json: str
    """The text of adapter_config.json."""
    steps: int
    tokens: int
    """That the model read in all steps together, without what shorter texts are filled up by."""
    seconds: float
    """Of all steps, in all sessions."""
    loss: float
    """Mean over the last step's tokens that were learnt: -log p, in nats."""
    versions: Mapping[str, str] = field(default_factory=lambda: versions())
    """Of what learnt it; see :func:`versions`."""

    @property
    def specs(self) -> dict[str, Spec]:
        """Shape and type of each tensor."""
        return {name: Spec(tuple(one.shape), one.dtype) for name, one in self.tensors.items()}


def versions() -> dict[str, str]:
    """What decides an adapter's bits here, by name."""
    return {"evomerge": evomerge.__version__, **{name: metadata.version(name) for name in PACKAGES}}
