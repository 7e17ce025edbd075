"""A normal distribution over genomes, adapted by the package cma: the one file that knows it."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from evomerge.search.candidate import Vector

if TYPE_CHECKING:
    import numpy as np

TWO_GENES = 2
"""cma wants two coordinates or more; a single gene gets a companion without effect."""

SEEDS = 2**32
"""NumPy's global generator takes seeds below."""

FINEST = 1e-6
"""Share of a gene's range below which no step matters: a recipe's numbers are on a grid as fine."""

BY_STEPS_ALONE = {
    "tolx": FINEST,
    "tolxstagnation": [FINEST, 20, 0.1],
    "tolfun": 0,
    "tolfunhist": 0,
    "tolfunrel": 0,
    "tolstagnation": 0,
    "tolflatfitness": math.inf,
    "signals_filename": "",
}
"""When cma's `stop` says that a run is over: by its steps alone, since it is told ranks and no
values; and whatever file lies in the working directory."""


class Gaussian:
    """A normal distribution in the unit cube (CMA-ES, 1604.00772), learning from ranks alone.

    Its points are the package's own, shape (n,) or (2,). A coordinate that chooses among k values
    is an integer from 0 to k - 1 there, so that steps of it have a lower bound and the values that
    were asked for count (Marty et al. 2024, LB+IC-CMA-ES; the package's `integer_variables`). So
    values that are neighbours in the recipe's list are taken to be near each other.

    Args:
        start: the first mean, shape (n,), in [0, 1]^n.
        choices: as :class:`evomerge.search.kind.Problem` has them.
        sigma: the first step, as a share of a gene's range.
        population: points drawn at a time.
        generator: draws in the place of NumPy's global one.
        diagonal: whether to adapt variances alone, in memory linear in n (sep-CMA-ES).
    """

    def __init__(
        self,
        start: Vector,
        choices: Sequence[int],
        *,
        sigma: float,
        population: int,
        generator: np.random.Generator,
        diagonal: bool = False,
    ) -> None:
        import numpy as np

        self._n = len(start)
        self._generator = generator
        rest = TWO_GENES - self._n
        self._counts = np.array([k if k > 1 else 0 for k in choices] + [0] * rest)
        self._scale = np.maximum(self._counts, 1)
        self._shift = np.where(self._counts, 0.5, 0.0)
        self._cma = _strategy(
            self._point([*start] + [0.5] * rest),
            sigma,
            {**self._of_choices(), "popsize": population, "CMA_diagonal": diagonal},
            generator,
        )
        self._has_drawn = False
        """Whether it has drawn since it last learnt, which the package asks for."""

    def _of_choices(self) -> dict[str, Any]:
        """The package's options for coordinates that choose."""
        integers = self._counts.nonzero()[0].tolist()
        if not integers:
            return {"bounds": [0, 1]}
        return {
            "bounds": [(-self._shift).tolist(), (self._scale - self._shift).tolist()],
            "CMA_stds": self._scale.tolist(),
            "integer_variables": integers,
        }

    def _point(self, genome: Sequence[float]) -> np.ndarray:
        import numpy as np

        point: np.ndarray = np.asarray(genome) * self._scale - self._shift
        return point

    def genome(self, point: np.ndarray) -> Vector:
        """The genome that a point stands for, shape (n,)."""
        import numpy as np

        x = point
        if self._counts.any():
            chosen = np.clip(np.round(point), 0, self._scale - 1)
            x = np.where(self._counts, (chosen + 0.5) / self._scale, point)
        return tuple(np.clip(x[: self._n], 0.0, 1.0).tolist())

    def draw(self) -> list[np.ndarray]:
        """So many points as the population has."""
        drawn: list[np.ndarray] = self._cma.ask()
        self._has_drawn = True
        return drawn

    def inject(self, genomes: Sequence[Vector]) -> None:
        """Have genomes of shape (n,) among the next points that are drawn."""
        inverse = self._cma.boundary_handler.inverse
        points = [self._point([*genome] + [0.5] * (TWO_GENES - self._n)) for genome in genomes]
        self._cma.inject([self._cma.gp.geno(x, from_bounds=inverse) for x in points], force=True)

    def learn(self, points: Sequence[np.ndarray], ranks: Sequence[int]) -> None:
        """Take in points that were drawn, and the rank of each, 0 for the best."""
        if not self._has_drawn:
            self._cma.ask()
        self._has_drawn = False
        with warnings.catch_warnings(), self._own_draws():
            # Small populations have mirrored samples, of which some may come late or never.
            warnings.filterwarnings("ignore", message="orphanated injected solution")
            self._cma.tell(list(points), [float(rank) for rank in ranks])  # it minimizes

    @contextlib.contextmanager
    def _own_draws(self) -> Iterator[None]:
        """Have what the package draws from NumPy's global generator come from this one.

        It does so where coordinates choose; the global one is left as it was.
        """
        import numpy as np

        if not self._counts.any():
            yield
            return
        state = np.random.get_state()
        np.random.seed(int(self._generator.integers(SEEDS)))
        try:
            yield
        finally:
            np.random.set_state(state)

    def mean(self) -> Vector:
        """The genome in its middle, shape (n,)."""
        return self.genome(self._cma.result.xfavorite)

    def has_converged(self) -> bool:
        """Whether its steps have become too small, or too odd in shape, to find anything more."""
        return bool(self._cma.stop())


def default_population(n: int) -> int:
    """The usual size of a generation, for n coordinates (1604.00772, eq. 48)."""
    return 4 + int(3 * math.log(max(n, TWO_GENES)))


def _strategy(
    start: np.ndarray, sigma: float, options: dict[str, Any], generator: np.random.Generator
) -> Any:
    """The package's own object, with a generator of its own in the place of NumPy's global one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cma warns of plotting libraries that it does not need
        import cma

    ours = {
        "seed": math.nan,
        "randn": lambda *shape: generator.standard_normal(shape),
        "verbose": -9,
    }
    # Its points stay as they were drawn, or it would forget them where some are told late.
    rounds, cma.evolution_strategy.round_integer_variables = (
        cma.evolution_strategy.round_integer_variables,
        False,
    )
    try:
        return cma.CMAEvolutionStrategy(start, sigma, {**options, **BY_STEPS_ALONE, **ours})
    finally:
        cma.evolution_strategy.round_integer_variables = rounds
