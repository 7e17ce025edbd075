"""The gradient of one piece of a step: one core's work from beginning to end."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from evomerge.training.lora import LowRankModel
from evomerge.training.texts import TrainingText

IGNORED = -100
"""The label of what is not learnt."""


@dataclass(frozen=True)
class Gradient:
    """What a piece says of the matrices."""

    each: tuple[torch.Tensor, ...]
    """For each matrix, in their order, of its shape: of the sum over the piece's learnt tokens."""
    loss: float
    """-log p of the learnt tokens, added up, in nats."""


class Differentiator:
    """Finds gradients of a model's matrices; many threads may ask it at once."""

    def __init__(self, lora: LowRankModel, device: torch.device) -> None:
        self._model, self._device = lora.model, device
        self._matrices = [*lora.matrices.values()]
        self._keeps = "logits_to_keep" in inspect.signature(lora.model.forward).parameters

    def gradient(self, piece: Sequence[TrainingText]) -> Gradient:
        """The gradient of the loss of some texts, read side by side."""
        ids, mask, labels = _padded(piece)
        kept = (labels != IGNORED).any(0).nonzero()[:, 0]  # positions whose next token is learnt
        settings: dict[str, Any] = {"attention_mask": mask.to(self._device), "use_cache": False}
        if self._keeps:
            settings["logits_to_keep"] = kept.to(self._device)
        with torch.enable_grad():
            logits = self._model(input_ids=ids.to(self._device), **settings).logits
            if not self._keeps:
                logits = logits[:, kept]
            wanted = labels[:, kept].flatten().to(self._device)
            loss = torch.nn.functional.cross_entropy(
                logits.float().flatten(0, 1), wanted, ignore_index=IGNORED, reduction="sum"
            )
            each = torch.autograd.grad(loss, self._matrices)
        return Gradient(each, loss.item())


def _padded(piece: Sequence[TrainingText]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids, which of them are texts' own, and what is to follow each: (texts, longest).

    Texts are filled up on the right, where no token before sees it.
    """
    shape = len(piece), max(len(text.tokens) for text in piece)
    ids, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    labels = torch.full(shape, IGNORED)
    for row, text in enumerate(piece):
        length = len(text.tokens)
        ids[row, :length] = torch.tensor(text.tokens)
        mask[row, :length] = 1
        first = length - text.learnt
        labels[row, first - 1 : length - 1] = ids[row, first:length]
    return ids, mask, labels
