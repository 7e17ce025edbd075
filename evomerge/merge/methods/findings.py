"""What is found of tensors whatever a recipe's numbers: once, as far as memory allows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from evomerge.memory import MemoryBudget

T = TypeVar("T")


class Findings:
    """What was found of one tensor.

    Without a lock: two threads may find the same at the same time, and none waits for another.

    Args:
        memory: what they may take; by default as much as they do.
    """

    def __init__(self, memory: MemoryBudget | None = None) -> None:
        self._memory, self._found = memory, dict[str, Any]()

    def once(self, what: str, find: Callable[[], T]) -> T:
        """What is called so; found now if it was not yet, or could not be kept."""
        if what in self._found:
            known: T = self._found[what]
            return known
        found = find()
        if self._memory is None or self._memory.take(_size(found)):
            self._found[what] = found
        return found


def _size(found: Any) -> int:
    """Bytes of the arrays or tensors that it is made of."""
    if isinstance(found, tuple | list):
        return sum(map(_size, found))
    return int(getattr(found, "nbytes", 0))
