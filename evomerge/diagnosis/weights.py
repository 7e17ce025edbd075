"""Tensors that are not finite, or far larger or smaller than any parent's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from evomerge.diagnosis.finding import Finding, listed
from evomerge.diagnosis.subject import Subject
from evomerge.weights import Tensors
from evomerge.weights.layouts.conversion import kind_of

PART = 2**22
"""Elements that are looked at together."""
FAR = 1.5
"""By how many times a tensor's root mean square may lie beyond those of its name. Fine-tunes of one
base differ by a few percent, and what lies between them by no more."""
FAR_OF_KIND = 3.0
"""The same where layers stand elsewhere, beyond those of all layers: these differ by themselves."""
BIAS = "bias"
"""What the names of tensors end with that are near 0, and whose size says nothing."""


def not_finite(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """Values that are infinite or no numbers."""
    found = _broken(subject.tensors)
    if not found:
        return
    name, (count, size) = next(iter(found.items()))
    also = f", and some of {len(found) - 1} more" if len(found) > 1 else ""
    givers = [one.name for one in parents if _broken(one.tensors, [*found])]
    yield Finding(
        "not finite",
        f"{count} of the {size} values of {name} are infinite or no numbers{also}",
        f"{listed(givers)} has them already: take another parent"
        if givers
        else "merge again in bfloat16 or float32 (float16 ends at 65,504), with smaller weights",
    )


def _broken(tensors: Tensors, among: Sequence[str] = ()) -> dict[str, tuple[int, int]]:
    """Of each tensor with such values how many there are, and how many values it has."""
    found = {}
    for name, spec in tensors.specs.items():
        if spec.dtype.is_floating_point and (not among or name in among):
            parts = torch.split(tensors.tensor(name).reshape(-1), PART)
            count = sum(int((~torch.isfinite(part)).sum()) for part in parts)
            if count:
                found[name] = count, spec.numel
    return found


def strange_sizes(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """Tensors whose root mean square is far from all parents'."""
    ranges, of_kind = _ranges(parents)
    far: dict[str, tuple[float, float, float, float]] = {}
    for name, size in _sizes(subject.tensors):
        low, high = ranges.get(name) or of_kind.get(kind_of(name)) or (0.0, 0.0)
        factor = FAR if name in ranges else FAR_OF_KIND
        beyond = max(size / high, low / size if size else torch.inf) if high and low else 0.0
        if beyond > factor:
            far[name] = beyond, size, low, high
    if not far:
        return
    name = max(far, key=lambda one: far[one][0])
    _, size, low, high = far[name]
    large = size > high
    yield Finding(
        "size of weights",
        f"{name} has a root mean square of {size:.3g}, and the parents {low:.3g} to {high:.3g}"
        + (f"; {len(far) - 1} more tensors are as far off" if len(far) > 1 else ""),
        "weights add up to too much: say normalize: true, or take smaller weights and lambda"
        if large
        else "what was left out was not made up for: say rescale: true, or take larger weights",
    )


def _ranges(
    parents: Sequence[Subject],
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """The least and the largest size of each name, and of each kind."""
    sizes: dict[str, list[float]] = {}
    kinds: dict[str, list[float]] = {}
    for parent in parents:
        for name, size in _sizes(parent.tensors):
            sizes.setdefault(name, []).append(size)
            kinds.setdefault(kind_of(name), []).append(size)
    return (
        {name: (min(each), max(each)) for name, each in sizes.items()},
        {kind: (min(each), max(each)) for kind, each in kinds.items()},
    )


def _sizes(tensors: Tensors) -> Iterator[tuple[str, float]]:
    """The root mean square of each tensor of weights that is finite."""
    for name, spec in tensors.specs.items():
        if spec.dtype.is_floating_point and spec.numel and not name.endswith(BIAS):
            parts = torch.split(tensors.tensor(name).reshape(-1), PART)
            square = sum(float(part.double().square().sum()) for part in parts)
            if square == square and square != torch.inf:
                yield name, (square / spec.numel) ** 0.5
