"""What functions of the language make of tensors: float32, the same bits on every device.

Each is one rounding of torch's, or none, and models are added up one after the other. Numbers
come as tensors of no dimension, since a GPU divides by another kind of number in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch

FEW = 12
"""Models whose median is found by exchanging neighbours; of more by a sort."""


def applied(function: str, arguments: Sequence[torch.Tensor]) -> torch.Tensor:
    """An elementwise function of tensors that can be broadcast."""
    return ELEMENTWISE[function](*arguments)


def over_models(function: str, values: Sequence[torch.Tensor]) -> torch.Tensor:
    """One tensor of those of all models."""
    return OVER_MODELS[function](values)


def elected(values: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """1 where a model's value has the sign of the sum; where that is 0, plus (TIES)."""
    plus = _sum(values) >= 0
    return [(((x > 0) == plus) & (abs(x) > 0)).float() for x in values]


def ranks(x: torch.Tensor) -> torch.Tensor:
    """The rank of each magnitude in its row, from 0 to 1; of equals the first ranks lowest.

    Args:
        x: shape (rows, columns). In a row of one element it is 0.5.
    """
    columns = x.shape[-1]
    if columns < 2:
        return torch.full_like(x, 0.5)
    order = x.abs().sort(dim=-1, stable=True).indices
    places = torch.arange(columns, dtype=torch.float32, device=x.device).expand_as(order)
    made = torch.empty_like(x).scatter_(-1, order, places)
    return made / number(columns - 1, x.device)


def number(value: float, device: torch.device) -> torch.Tensor:
    """A number in float32, as a tensor of no dimension; too large a one is infinite."""
    return torch.tensor(value, dtype=torch.float64, device=device).float()


def _sum(values: Sequence[torch.Tensor]) -> torch.Tensor:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _mean(values: Sequence[torch.Tensor]) -> torch.Tensor:
    return _sum(values) / number(len(values), values[0].device)


def _variance(values: Sequence[torch.Tensor]) -> torch.Tensor:
    mean = _mean(values)
    return _mean([(x - mean) * (x - mean) for x in values])


def _median(values: Sequence[torch.Tensor]) -> torch.Tensor:
    ordered, middle = _ordered(values), len(values) // 2
    if len(values) % 2:
        return ordered[middle]
    return _mean([ordered[middle - 1], ordered[middle]])


def _ordered(values: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
    """The values at each place in ascending order, as far as the middle; of equals the first first.

    Few models are put in order by exchanging neighbours, in a tenth of the time of a sort.
    """
    if len(values) > FEW:
        return [*torch.stack([*values]).sort(dim=0, stable=True).values]
    ordered = [*values]
    for place in range(len(values) // 2 + 1):
        for at in range(len(values) - 1, place, -1):
            ordered[at - 1], ordered[at] = _exchanged(ordered[at - 1], ordered[at])
    return ordered


def _exchanged(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """X and y, exchanged where y is smaller; what is not a number is larger than what is one."""
    exchange = ~((x <= y) | y.isnan())
    ours, theirs = x.view(torch.int32), y.view(torch.int32)
    differing = (ours ^ theirs) & -exchange.int()
    return (ours ^ differing).view(torch.float32), (theirs ^ differing).view(torch.float32)


def _either(condition: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """X where the condition holds, y elsewhere.

    On a CPU bits are chosen, in half of the time that torch.where takes.
    """
    if condition.is_cuda:
        return torch.where(condition, x, y)
    ours, theirs = x.view(torch.int32), y.view(torch.int32)
    return (theirs ^ ((ours ^ theirs) & -condition.int())).view(torch.float32)


def _folded(two: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> _OverModels:
    def fold(values: Sequence[torch.Tensor]) -> torch.Tensor:
        made = values[0]
        for value in values[1:]:
            made = two(made, value)
        return made

    return fold


def _smaller(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The smaller of two, of 0 and -0 the first: torch's own takes either, by where they stand."""
    return _either((y < x) | y.isnan(), y, x)


def _larger(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _either((y > x) | y.isnan(), y, x)


def _root(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x > 0, x, x * 0).sqrt()


def _divided(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x / torch.where(y == 0, torch.ones_like(y), y)


_OverModels = Callable[[Sequence[torch.Tensor]], torch.Tensor]
ELEMENTWISE: Mapping[str, Callable[..., torch.Tensor]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": _divided,
    "neg": torch.neg,
    "<": lambda x, y: (x < y).float(),
    "<=": lambda x, y: (x <= y).float(),
    ">": lambda x, y: (x > y).float(),
    ">=": lambda x, y: (x >= y).float(),
    "==": lambda x, y: (x == y).float(),
    "abs": torch.abs,
    "sign": torch.sign,
    "sqrt": _root,
    "min": _smaller,
    "max": _larger,
    "clip": lambda x, low, high: _smaller(_larger(x, low), high),
    "where": lambda c, x, y: _either(c != 0, x, y),
}
OVER_MODELS: Mapping[str, _OverModels] = {
    "sum": _sum,
    "mean": _mean,
    "var": _variance,
    "median": _median,
    "smallest": _folded(_smaller),
    "largest": _folded(_larger),
}
