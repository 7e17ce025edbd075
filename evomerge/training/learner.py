"""The steps of a training, one after the other, each the same on any number of cores."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import torch

from evomerge.cores import Cores
from evomerge.errors import TrialError
from evomerge.recipe import Training
from evomerge.training.gradient import Differentiator
from evomerge.training.lora import LowRankModel
from evomerge.training.texts import TrainingText

LARGEST_NORM = 1.0
"""Of a step's gradient over all matrices; a longer one is shortened to it."""
MOMENTS = ("exp_avg", "exp_avg_sq")
"""What AdamW keeps of each matrix, of its shape."""
MATRIX = "matrix"


class Learner:
    """AdamW (Loshchilov and Hutter 2019) on the matrices of a model.

    A step is divided into pieces in one way on every machine, each one core's work, and what they
    say is added in their order.
    """

    def __init__(
        self, lora: LowRankModel, settings: Training, cores: Cores, device: torch.device
    ) -> None:
        self._matrices, self._settings, self._cores = lora.matrices, settings, cores
        self._differentiator = Differentiator(lora, device)
        self._optimizer = torch.optim.AdamW(
            self._matrices.values(), weight_decay=0.0, foreach=False, fused=False
        )

    def step(
        self,
        number: int,
        pieces: Sequence[Sequence[TrainingText]],
        checkpoint: Callable[[], None],
    ) -> float:
        """Learn from some texts; the mean loss of their learnt tokens before, in nats.

        Args:
            number: of the step, counted from 0.
            checkpoint: called between pieces; what it raises leaves all as it was before the step.

        Raises:
            TrialError: loss or gradient is not finite.
        """
        loss, sums = 0.0, [torch.zeros_like(matrix) for matrix in self._matrices.values()]
        for gradient in self._cores.map(self._differentiator.gradient, pieces):
            checkpoint()
            loss += gradient.loss
            for total, one in zip(sums, gradient.each, strict=True):
                total += one
        learnt = sum(text.learnt for piece in pieces for text in piece)
        for matrix, total in zip(self._matrices.values(), sums, strict=True):
            matrix.grad = total / learnt
        norm = torch.nn.utils.clip_grad_norm_(
            self._matrices.values(), LARGEST_NORM, foreach=False
        ).item()
        if not math.isfinite(loss) or not math.isfinite(norm):
            raise TrialError(
                f"training: the loss is {loss / learnt:g} and its gradient {norm:g} at step "
                f"{number + 1}; a lower learning_rate or a longer warmup may help"
            )
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate(number)
        self._optimizer.step()
        return loss / learnt

    def _rate(self, number: int) -> float:
        """The rate of a step: it rises evenly, then falls evenly towards 0."""
        warmup, steps = self._settings.warmup, self._settings.steps
        rising = (number + 1) / warmup if number < warmup else 1.0
        return self._settings.learning_rate * min(rising, (steps - number) / (steps - warmup))

    def tensors(self) -> dict[str, torch.Tensor]:
        """All that the next steps depend on, once there was a first: matrices, and what the
        optimizer keeps of each. They are its own, which the next step changes.
        """
        found = {}
        for name, matrix in self._matrices.items():
            state = self._optimizer.state[matrix]
            found[f"{MATRIX}.{name}"] = matrix.detach()
            found.update({f"{moment}.{name}": state[moment] for moment in MOMENTS})
        return found

    def restore(self, tensors: Mapping[str, torch.Tensor], steps: int) -> None:
        """Go on where another learner stood.

        Args:
            tensors: of :meth:`tensors`.
            steps: that it had made.
        """
        for name, matrix in self._matrices.items():
            with torch.no_grad():
                matrix.copy_(tensors[f"{MATRIX}.{name}"])
            moments = {
                moment: torch.empty_like(matrix).copy_(tensors[f"{moment}.{name}"])
                for moment in MOMENTS
            }
            self._optimizer.state[matrix] = {"step": torch.tensor(float(steps)), **moments}
