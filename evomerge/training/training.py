"""An adapter trained from a base, from beginning to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.recipe import Training
from evomerge.training.adapter import Adapter
from evomerge.training.example import Example
from evomerge.training.learning import inputs_sha256, learn
from evomerge.training.order import TrainingOrder
from evomerge.training.progress import KeptState
from evomerge.training.texts import ExampleTokenizer
from evomerge.training.writing import write_adapter
from evomerge.weights import Parent, refuse_existing


def train(
    settings: Training,
    examples: Sequence[Example],
    base: Parent,
    tokenizer: Any,
    out: Path,
    *,
    seed: int = 0,
    device: torch.device | None = None,
    cores: int | None = None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Adapter:
    """Train a low-rank adapter, or go on with one whose training was stopped.

    The bits of the adapter follow from settings, examples, base and seed, on any number of cores,
    and with any number of stops between.

    Args:
        examples: in any order; equal ones count once.
        base: `settings.from_model`, opened.
        tokenizer: of the base.
        out: the adapter's folder, which exists only when it is whole. What is needed to go on lies
            in a hidden file beside it.
        seed: decides the first values and the order of examples.
        device: by default the GPU if there is one.
        cores: all available ones by default; decides nothing.
        checkpoint: called between pieces of a step; what it raises ends the training, which a call
            with the same arguments goes on with.

    Raises:
        TrialError: nothing can be learnt: no examples, or a loss that is not finite.
        UserError: the base cannot be trained, or `out` exists.
        NoRoomError: the disk is full.
    """
    refuse_existing(out)
    device = choose_device(None) if device is None else device
    texts = ExampleTokenizer(base, tokenizer).texts(examples)
    order = TrainingOrder(settings, tuple(texts), seed)
    kept = KeptState(out, inputs_sha256(order, base, device))
    with Cores.on(device, cores) as own:
        learnt = learn(order, base, own, device, kept, checkpoint)
    adapter = write_adapter(out, examples, order, learnt, base, device.type)
    kept.remove()
    return adapter
