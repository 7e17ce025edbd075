"""A training order carried out: the base in memory, step after step, stopped and gone on with."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterator

import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.transformers.live import LiveModel
from evomerge.errors import Stopped
from evomerge.training.batches import Batches
from evomerge.training.learner import Learner
from evomerge.training.lora import LowRankModel
from evomerge.training.order import Trained, TrainingOrder, versions
from evomerge.training.progress import KeptState, TrainingState
from evomerge.weights import Parent

KEPT_EVERY_S = 30.0
"""Seconds of work that a kill may cost."""


def inputs_sha256(order: TrainingOrder, base: Parent, device: torch.device) -> str:
    """Names all that the bits of a training follow from."""
    parts = [order.sha256, base.content_hash, device.type, *sorted(versions().items())]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def learn(
    order: TrainingOrder,
    base: Parent,
    cores: Cores,
    device: torch.device,
    kept: KeptState | None = None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Trained:
    """Carry out a training order.

    Args:
        cores: entered.
        kept: where the state is kept from time to time, and when `checkpoint` stops it; what is
            there is gone on with.
        checkpoint: called between pieces of a step.

    Raises:
        TrialError: a loss is not finite.
        UserError: the base cannot be trained.
        NoRoomError: the disk is full.
    """
    with _deterministic(device):
        lora = LowRankModel(loaded(base, cores, device).model, order.settings, order.seed)
        learner = Learner(lora, order.settings, cores, device)
        state = _learnt(order, learner, kept, checkpoint)
    tensors = {name: matrix.detach().cpu() for name, matrix in lora.matrices.items()}
    config = lora.config_json(base.pinned)
    return Trained(tensors, config, state.steps, state.tokens, state.seconds, state.loss)


def _learnt(
    order: TrainingOrder,
    learner: Learner,
    kept: KeptState | None,
    checkpoint: Callable[[], None],
) -> TrainingState:
    """Make all steps that are left."""
    state = _begun(learner, kept)
    batches = Batches(order.texts, order.settings.batch, order.seed)
    kept_at = time.monotonic()
    while state.steps < order.settings.steps:
        began = time.perf_counter()
        pieces = batches.pieces(state.steps)
        try:
            loss = learner.step(state.steps, pieces, checkpoint)
        except Stopped:
            if kept is not None and state.steps:
                kept.write(state)
            raise
        tokens = state.tokens + sum(len(text.tokens) for piece in pieces for text in piece)
        seconds = state.seconds + time.perf_counter() - began
        state = TrainingState(state.steps + 1, tokens, seconds, loss, learner.tensors())
        if kept is not None and time.monotonic() - kept_at >= KEPT_EVERY_S:
            kept.write(state)
            kept_at = time.monotonic()
    return state


def _begun(learner: Learner, kept: KeptState | None) -> TrainingState:
    """The state that was kept, the learner in it; else that before the first step."""
    if kept is not None and (state := kept.read()) is not None:
        learner.restore(state.tensors, state.steps)
        return state
    return TrainingState(0, 0, 0.0, 0.0, {})


def loaded(base: Parent, cores: Cores, device: torch.device) -> LiveModel:
    """The base in memory, in float32 whatever its own type."""
    live = LiveModel(Architecture.of(base, base.tensors.specs, dtype=torch.float32), device)

    @torch.no_grad()
    def write(name: str) -> None:
        live.tensors[name].copy_(base.tensors.tensor(name))

    cores.each(write, live.tensors)
    return live


@contextlib.contextmanager
def _deterministic(device: torch.device) -> Iterator[None]:
    """Have a GPU sum in one order. A CPU does anyway, where nothing is split."""
    if device.type != "cuda":
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS is first used
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
