"""A parameter's value for one tensor: rules by name, gradients over depth, and where it falls from.

The order of precedence is mergekit's: the source's own value, then its slice's, then the recipe's;
within a list of rules the first whose filter is part of the tensor's name, and where none is, the
next level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from evomerge.recipe.entries import Parameters
from evomerge.recipe.values import Open, Rule, Scalar, Setting


def lookup(
    name: str,
    levels: Iterable[Parameters],
    tensor: str,
    depth: float,
    *,
    in_steps: bool = False,
) -> Scalar | None:
    """The value of parameter `name` for a tensor, or None where no level gives one.

    Args:
        levels: the parameters of the source, of its slice, and of the recipe.
        tensor: the tensor's full name, which filters are looked up in.
        depth: where its layer stands, 0 for the first and 1 for the last.
        in_steps: whether a gradient has no values between its points, as that of a flag.
    """
    for parameters in levels:
        value = _applying(parameters.get(name), tensor)
        if value is not None:
            return _at_depth(value, depth, in_steps)
    return None


def filters_in(setting: Setting) -> Iterator[str]:
    """What a setting's rules look for in the names of tensors."""
    for entry in setting if isinstance(setting, tuple) else (setting,):
        if isinstance(entry, Rule) and entry.filter is not None:
            yield entry.filter


def has_gradient(setting: Setting) -> bool:
    """Whether a setting differs from layer to layer, whatever its rules say."""
    if isinstance(setting, Rule):
        return isinstance(setting.value, tuple)
    if isinstance(setting, tuple) and Rule in map(type, setting):
        return any(map(has_gradient, setting))
    return isinstance(setting, tuple)


def depth_of(layer: int | None, layers: int) -> float:
    """Where a layer stands among `layers`: 0 to 1. Outside the layers 0; a single layer, 1."""
    if layer is None:
        return 0.0
    return layer / (layers - 1) if layers > 1 else 1.0


def _applying(setting: Setting | None, tensor: str) -> object:
    """What a setting says of a tensor: a value for every depth, or None."""
    entries: tuple[object, ...] = (setting,)
    if isinstance(setting, tuple) and Rule in map(type, setting):
        entries = setting
    for entry in entries:
        if not isinstance(entry, Rule):
            return entry
        if entry.filter is None or entry.filter == "*" or entry.filter in tensor:
            return entry.value
    return None


def _at_depth(value: object, depth: float, in_steps: bool) -> Scalar:
    if isinstance(value, tuple):
        return _interpolate(value, depth, in_steps)
    return _closed(value)


def _closed(value: object) -> Scalar:
    if isinstance(value, Open):
        raise TypeError("a gene was left open; decode the genome first")
    assert isinstance(value, bool | int | float | str)
    return value


def _interpolate(points: Sequence[object], depth: float, in_steps: bool) -> Scalar:
    """Piecewise linear through equidistant points; in steps, and of text, the nearest below."""
    at = depth * (len(points) - 1)
    below = min(int(at), len(points) - 1)
    above = min(below + 1, len(points) - 1)
    low, high, share = _closed(points[below]), _closed(points[above]), at - below
    if in_steps or isinstance(low, bool | str) or isinstance(high, bool | str):
        return low
    return (1 - share) * low + share * high
