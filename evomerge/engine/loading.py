"""A model as it is stored, written into an engine."""

from __future__ import annotations

import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.protocol import Engine
from evomerge.weights import Parent


def load(engine: Engine, parent: Parent, cores: Cores, dtype: torch.dtype | None = None) -> None:
    """Write a parent's tensors into an engine as they are.

    Args:
        dtype: in which it is to compute; by default in that of most of its bytes.

    Raises:
        ParentError: the engine does not know the parent's architecture.
    """
    names = engine.open(Architecture.of(parent, parent.tensors.specs, dtype=dtype))

    @torch.no_grad()
    def write(name: str) -> None:
        engine.lend(name).copy_(parent.tensors.tensor(name))
        engine.written(name)

    cores.each(write, names)
