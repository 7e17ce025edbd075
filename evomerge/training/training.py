"""An adapter trained from a base, from beginning to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.recipe import Training
from evomerge.training.adapter import Adapter
from evomerge.training.example import Example
from evomerge.training.learning import learn
from evomerge.training.planned import PlannedAdapter
from evomerge.weights import Parent


def train(
    settings: Training,
    examples: Iterable[Example],
    base: Parent,
    tokenizer: Any,
    out: Path,
    *,
    seed: int = 0,
    device: torch.device | None = None,
    cores: int | None = None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Adapter:
    """Train a low-rank adapter, or go on with one whose training was stopped. Its bits follow from
    settings, examples, base and seed, on any number of cores.

    Args:
        examples: in any order; equal ones count once.
        base: `settings.from_model`, opened.
        out: the adapter's folder, there when it is whole. The state lies in a hidden file beside.
            An adapter of the same examples, settings, base and seed that stands there is taken.
        device: by default the GPU if there is one.
        checkpoint: called between pieces of a step; what it raises ends the training, which a call
            with the same arguments goes on with.

    Raises:
        TrialError: nothing can be learnt: no examples, or a loss that is not finite.
        UserError: the base cannot be trained, or something else stands at `out`.
        NoRoomError: the disk is full.
    """
    device = choose_device(None) if device is None else device
    planned = PlannedAdapter.of(settings, examples, base, tokenizer, out, seed, device)
    if (adapter := planned.standing()) is not None:
        return adapter
    with Cores.on(device, cores) as own:
        return planned.written(learn(planned.order, base, own, device, planned.kept, checkpoint))
