"""How large the runs of a restarted evolution strategy are: IPOP and BIPOP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Rule = Literal["ipop", "bipop"]


class Restarts:
    """What follows a run that is over.

    `ipop`: the population doubles with each restart (Auger and Hansen 2005). `bipop` has two
    regimes, of which that which has spent fewer evaluations so far gets the next run: large runs as
    in `ipop`, and small ones of populations between the first one's and half the last large one's,
    with smaller first steps (Hansen 2009). The first run counts for neither; the first restart is
    large.

    Args:
        population, sigma: of the first run.
        generator: draws what is special to small runs.
    """

    def __init__(
        self, rule: Rule, population: int, sigma: float, generator: np.random.Generator
    ) -> None:
        self._rule, self._population, self._sigma = rule, population, sigma
        self._generator = generator
        self._large = population
        """The population of the last large run."""
        self._spent = {"large": 0, "small": 0}
        self._regime: str | None = None

    def next_run(self, evaluations: int) -> tuple[int, float]:
        """Population and first step of the next run.

        Args:
            evaluations: spent by the run before.
        """
        if self._regime is not None:
            self._spent[self._regime] += evaluations
        is_small = self._rule == "bipop" and self._spent["small"] < self._spent["large"]
        self._regime = "small" if is_small else "large"
        if not is_small:
            self._large *= 2
            return self._large, self._sigma
        u, v = self._generator.random(2).tolist()
        smaller = self._population * (self._large / self._population / 2) ** (u * u)
        return int(smaller), self._sigma * 10 ** (-2 * v)
