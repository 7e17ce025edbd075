"""How large an adapter will be, known before anything is trained."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from evomerge.engine.architecture import Architecture
from evomerge.engine.transformers.live import LiveModel
from evomerge.recipe import Training
from evomerge.training.lora import LowRankModel
from evomerge.weights import Parent

FLOAT = 4
"""Bytes of a number: base and adapter are float32."""
KEPT = 4
"""Numbers that are held for each of an adapter's: itself, its gradient, two moments."""


@dataclass(frozen=True)
class AdapterExtent:
    """What a training holds in memory."""

    modules: int
    """Linear layers that it changes."""
    numbers: int
    """That are learnt."""
    base_numbers: int
    """Those of the base, which stay."""

    @property
    def held_bytes(self) -> int:
        """Weights, gradients and optimizer, without what a step's texts take on top."""
        return FLOAT * (self.base_numbers + KEPT * self.numbers)


def extent_of(settings: Training, base: Parent) -> AdapterExtent:
    """The extent of an adapter; no weights are read.

    Raises:
        ParentError: transformers does not know the base's architecture.
        UserError: it has none of the modules that are named, or one that is no linear layer.
    """
    meta = torch.device("meta")
    model = LiveModel(Architecture.of(base, base.tensors.specs, dtype=torch.float32), meta).model
    held = sum(one.numel() for one in model.parameters())
    # The matrices take real memory, so that they are made with one rank and counted for all.
    of_one = LowRankModel(model, settings.model_copy(update={"rank": 1}), 0).matrices.values()
    numbers = settings.rank * sum(matrix.numel() for matrix in of_one)
    return AdapterExtent(len(of_one) // 2, numbers, held)
