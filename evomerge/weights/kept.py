"""Tensors that are computed on reading, kept in memory as far as there is room for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch

from evomerge.memory import MappedFiles, MemoryBudget, free_memory
from evomerge.weights.tensors import Spec, Tensors

SHARE = 0.5
"""Of the memory that is free when parents are opened, what their computed tensors may take."""

Move = Callable[[torch.Tensor], torch.Tensor]
Each = Callable[[Callable[[str], object], Iterable[str]], object]
"""Does something for each name; on several cores, where there are some."""


def _one_by_one(read: Callable[[str], object], names: Iterable[str]) -> None:
    for name in names:
        read(name)


class Kept:
    """Tensors read once, and those that there is no room for read each time.

    What is mapped from a file takes no memory of its own, and is kept whatever room there is. All
    others are computed, an adapter's by its factors, to the same bits each time. The first that
    are read are kept: who reads all again and again gains nothing by dropping one for another.

    Args:
        memory: for all that share it; None: all are kept.
        move: to where they are kept.
        each: reads them.
    """

    def __init__(
        self,
        tensors: Tensors,
        memory: MemoryBudget | None,
        move: Move = lambda tensor: tensor,
        each: Each = _one_by_one,
    ) -> None:
        self.specs: dict[str, Spec] = tensors.specs
        self._tensors, self._memory, self._move = tensors, memory, move
        self._kept: dict[str, torch.Tensor] = {}
        self._files = MappedFiles()
        each(self._read, self.specs)

    def _read(self, name: str) -> None:
        tensor = self._tensors.tensor(name)
        moved = self._move(tensor)
        mapped = moved is tensor and self._files.hold(tensor.data_ptr())
        if self._memory is None or mapped or self._memory.take(tensor.nbytes):
            self._kept[name] = moved

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor; not to be written to. What is not kept is where it was read."""
        kept = self._kept.get(name)
        return self._tensors.tensor(name) if kept is None else kept

    def digest(self, name: str) -> str:
        """The BLAKE3 hash of one tensor's bytes; found once.

        Raises:
            ParentError: it has values that are not finite.
        """
        return self._tensors.digest(name)

    @property
    def content_hash(self) -> str:
        """What distinguishes these weights from any others."""
        return self._tensors.content_hash

    def keeps(self, name: str) -> bool:
        """Whether a tensor is in memory, so that who holds it takes no more."""
        return name in self._kept


def room_for_parents() -> int:
    """Bytes that parents may take beside their mapped files."""
    return int(SHARE * free_memory())
