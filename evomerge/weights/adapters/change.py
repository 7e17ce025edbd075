"""What an adapter does to single tensors of its base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch


class Change(Protocol):
    """Makes an adapted tensor of the base's."""

    def apply(self, tensor: torch.Tensor) -> torch.Tensor:
        """The adapted tensor, of the base's shape and type.

        Args:
            tensor: the base's, or the one that the adapter holds whole in its place.

        Raises:
            RuntimeError: the shapes do not fit.
        """
        ...


@dataclass(frozen=True)
class Changes:
    """All that an adapter does, by the names that tensors have where PEFT was run."""

    each: Mapping[str, Change]
    whole: Mapping[str, torch.Tensor]
    """Tensors that the adapter holds in the base's place (modules_to_save, biases, embeddings)."""
    optional: frozenset[str] = frozenset()
    """Those that the base may lack."""
