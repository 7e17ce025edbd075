"""What holds of a formula, found by trying it on a few plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evomerge.formulas.meaning import ExampleTensors, Row
from evomerge.formulas.tree import Tree
from evomerge.operators.chance import Chance

ELEMENTS, MODELS, TRIES = 6, 3, 2
"""Of an example, and how many examples there are."""
NEAR = 1e-6
"""Numbers that differ by less, as a share of the larger or of 1, are the same."""
FACTOR = 2.0
"""What tensors are multiplied by to see whether the result is, too."""
Given = Mapping[str, tuple[float, bool]]
"""The value of each parameter, and whether each model has its own."""


@dataclass(frozen=True)
class Properties:
    """What holds of a formula in all examples."""

    finite: bool
    reads_models: bool
    """Whether it comes to something else where the models are others."""
    ordered: bool
    """Whether the order of models decides; a sum that is rounded otherwise is the same."""
    itself: bool
    """Whether of one model it makes that model."""
    scales: bool
    """Whether base and models times c make the result times c."""

    @property
    def sound(self) -> bool:
        """Whether it can be a merge at all."""
        return self.finite and self.reads_models and not self.ordered


def properties_of(tree: Tree, given: Given) -> Properties:
    """Try a formula that comes to one tensor.

    Args:
        given: its parameters.
    """
    cases = [_Tried(tree, given, number) for number in range(TRIES)]
    finite = all(case.finite for case in cases)
    return Properties(
        finite,
        finite and any(case.differs for case in cases),
        not finite or any(case.ordered for case in cases),
        finite and all(case.itself for case in cases),
        finite and all(case.scales for case in cases),
    )


class _Tried:
    """A formula on one example, and on others made of it."""

    def __init__(self, tree: Tree, given: Given, number: int) -> None:
        self._tree, self._given = tree, given
        chance = Chance("example", number)
        self._base = _row(chance)
        self._thetas = [_moved(self._base, chance) for _ in range(MODELS)]
        self._others = [_moved(self._base, chance) for _ in range(MODELS)]
        self._draws = [[chance.share() for _ in range(ELEMENTS)] for _ in range(MODELS)]
        self._made = self._of(self._base, self._thetas, self._draws)

    def _of(self, base: Row, thetas: Sequence[Row], draws: Sequence[Row]) -> Row | None:
        """What comes of it; None where it is not finite."""
        numbers = {
            name: (value,) * len(thetas) if own else value
            for name, (value, own) in self._given.items()
        }
        try:
            made = ExampleTensors(base, tuple(thetas), numbers, tuple(draws)).value(self._tree)
        except (OverflowError, ValueError):  # of infinite numbers there are no sums, no shares
            return None
        assert isinstance(made, list)
        return made if all(map(math.isfinite, made)) else None

    @property
    def finite(self) -> bool:
        return self._made is not None

    @property
    def differs(self) -> bool:
        return not _same(self._of(self._base, self._others, self._draws), self._made)

    @property
    def ordered(self) -> bool:
        return not _same(self._of(self._base, self._thetas[::-1], self._draws[::-1]), self._made)

    @property
    def itself(self) -> bool:
        return all(
            _same(self._of(self._base, [theta], [draws]), theta)
            for theta, draws in zip(self._thetas, self._draws, strict=True)
        )

    @property
    def scales(self) -> bool:
        thetas = [_times(theta) for theta in self._thetas]
        made = self._made and _times(self._made)
        return _same(self._of(_times(self._base), thetas, self._draws), made)


def _row(chance: Chance) -> Row:
    return [2 * chance.share() - 1 for _ in range(ELEMENTS)]


def _moved(base: Row, chance: Chance) -> Row:
    return [b + (chance.share() - 0.5) / 2 for b in base]


def _times(row: Row) -> Row:
    return [FACTOR * x for x in row]


def _same(one: Row | None, other: Row | None) -> bool:
    if one is None or other is None:
        return False
    return all(
        abs(a - b) <= NEAR * max(1.0, abs(a), abs(b)) for a, b in zip(one, other, strict=True)
    )
