"""What an offspring is before its tensors have values: its config, and their names and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import torch

from evomerge.errors import ParentError
from evomerge.weights import Parent, Relayered, Spec, offspring_config


@dataclass(frozen=True)
class Architecture:
    """A model without its weights. Offspring whose architectures are equal share memory."""

    name: str = field(compare=False)
    """The parent that gives it, for messages."""
    config: Mapping[str, Any]
    """Its config.json."""
    generation_config: Mapping[str, Any] | None
    dtype: torch.dtype
    """The type in which it computes."""
    specs: Mapping[str, Spec]
    """The tensors of its checkpoint, by name."""

    @classmethod
    def of(
        cls,
        template: Parent,
        specs: Mapping[str, Spec],
        layers: Sequence[Relayered] | None = None,
        dtype: torch.dtype | None = None,
    ) -> Self:
        """The architecture of an offspring.

        Args:
            template: the parent that gives config and generation config.
            specs: the tensors of its checkpoint.
            layers: where its layers come from, if they are not the template's.
            dtype: by default the type of most of its bytes.

        Raises:
            ParentError: no tensor has a floating-point type.
        """
        dtype = dtype or main_dtype(specs)
        config = offspring_config(template.config, str(dtype).removeprefix("torch."), layers)
        return cls(template.name, config, template.generation_config, dtype, specs)


def main_dtype(specs: Mapping[str, Spec]) -> torch.dtype:
    """The type that most of a checkpoint's bytes have.

    Raises:
        ParentError: no tensor has a floating-point type.
    """
    sizes: dict[torch.dtype, int] = {}
    for spec in specs.values():
        if spec.dtype.is_floating_point:
            sizes[spec.dtype] = sizes.get(spec.dtype, 0) + spec.nbytes
    if not sizes:
        raise ParentError("the parents hold no floating-point tensors")
    return max(sizes, key=lambda dtype: sizes[dtype])
