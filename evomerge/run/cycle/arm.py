"""A search as it is meant, and those beside it that something is taken from, to compare with."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_CONTROL = -2
"""Number of the first control's first cycle; that of random search is -1."""
MOST_CYCLES = 16
"""That an arm may have."""


@dataclass(frozen=True)
class Arm:
    """One of several searches of a run that are compared.

    Args:
        control: what is done otherwise: a name of `evolve.controls`; "" for the search itself.
        place: of the control among the recipe's, counted from 0.
    """

    control: str = ""
    place: int = 0

    def number(self, nth: int) -> int:
        """The number in the run's record of one of its cycles, counted from 0."""
        if not self.control:
            return nth
        return FIRST_CONTROL - self.place * MOST_CYCLES - nth

    def name(self, nth: int) -> str:
        """What files of one of its cycles are called after."""
        return f"{self.control or 'cycle'}-{nth}"


SEARCH = Arm()
"""The search itself."""
