"""Tensors of integers, which cannot be merged: all parents have the same."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from evomerge.errors import ParentError
from evomerge.merge.plan.operation import Operation
from evomerge.weights import Parent
from evomerge.weights.layouts.in_class import is_counter


def common(operation: Operation, parents: Mapping[str, Parent], template: str) -> torch.Tensor:
    """The tensor that all parents have; the template's where it is what training counts.

    Raises:
        ParentError: they differ.
    """
    first, *others = sorted(operation.ingredients, key=lambda one: one.parent != template)
    if is_counter(operation.name):
        others = []
    tensor = parents[first.parent].tensors.tensor(first.tensor)
    for other in others:
        theirs = parents[other.parent].tensors.tensor(other.tensor)
        if tensor.dtype != theirs.dtype or not torch.equal(tensor, theirs):
            raise ParentError(
                f"{operation.name} holds integers and differs between {first.parent} "
                f"and {other.parent}; integers cannot be merged"
            )
    return tensor
