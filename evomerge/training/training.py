"""An adapter trained from a base, from beginning to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.disk import is_full
from evomerge.errors import NoRoomError, UserError
from evomerge.recipe import Training
from evomerge.training.adapter import Adapter
from evomerge.training.example import Example
from evomerge.training.learning import inputs_sha256, learn
from evomerge.training.order import Trained, TrainingOrder
from evomerge.training.progress import KeptState
from evomerge.training.texts import ExampleTokenizer
from evomerge.training.writing import write_adapter
from evomerge.weights import Parent, refuse_existing


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
        device: by default the GPU if there is one.
        checkpoint: called between pieces of a step; what it raises ends the training, which a call
            with the same arguments goes on with.

    Raises:
        TrialError: nothing can be learnt: no examples, or a loss that is not finite.
        UserError: the base cannot be trained, or `out` exists.
        NoRoomError: the disk is full.
    """
    device, examples = choose_device(None) if device is None else device, [*examples]
    order, kept = ordered(settings, examples, base, tokenizer, out, seed, device)
    with Cores.on(device, cores) as own:
        learnt = learn(order, base, own, device, kept, checkpoint)
    return finished(out, examples, order, learnt, base, device, kept)


def ordered(
    settings: Training,
    examples: Iterable[Example],
    base: Parent,
    tokenizer: Any,
    out: Path,
    seed: int,
    device: torch.device,
) -> tuple[TrainingOrder, KeptState]:
    """What is to be done for an adapter, and where its state is kept; see :func:`train`.

    Raises:
        TrialError, UserError: nothing can be learnt.
        NoRoomError: the disk is full.
    """
    refuse_existing(out)
    texts = ExampleTokenizer(base, tokenizer).texts(examples)
    order = TrainingOrder(settings, tuple(texts), seed)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        kind = NoRoomError if is_full(error) else UserError
        raise kind(f"{out}: cannot be written ({error.strerror})") from None
    return order, KeptState(out, inputs_sha256(order, base, device))


def finished(
    out: Path,
    examples: Iterable[Example],
    order: TrainingOrder,
    learnt: Trained,
    base: Parent,
    device: torch.device,
    kept: KeptState,
) -> Adapter:
    """The adapter written, and its state let go of."""
    adapter = write_adapter(out, examples, order, learnt, base, device.type)
    kept.remove()
    return adapter
