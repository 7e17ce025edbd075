"""Crossings of two genomes, and mutation (M2N2; Abrantes et al. 2025, 2508.16204)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evomerge.search.candidate import Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CENTRE = 0.5
"""Of the unit cube: what genomes are turned about."""

PARALLEL = 1e-6
"""Sine of the angle below which two genomes point the same way, or the opposite one."""


class Crossing:
    """Splits genomes where the model's layers lie, and mixes the two parts in opposite shares.

    A gene that chooses is not mixed: it is one parent's, with the share as the probability of the
    second's, and one of them all is drawn anew.

    Args:
        choices: see :class:`Problem`.
        depths: of each coordinate, where in the model it acts; see :class:`Problem`. One that acts
            everywhere, or is not known, lies where it stands among the coordinates.
        sigma: standard deviation of the mutation, as a share of a gene's range.
    """

    def __init__(
        self,
        choices: Sequence[int],
        depths: Sequence[float | None],
        sigma: float,
    ) -> None:
        import numpy as np

        n = len(choices)
        own = [(i + 0.5) / n for i in range(n)]
        known = depths or [None] * n
        self._depths = np.array(
            [o if d is None else d for o, d in zip(own, known, strict=True)], dtype=float
        )
        self._sigma = sigma
        self._choosing = np.flatnonzero(choices)

    def child(self, a: Floats, b: Floats, generator: np.random.Generator) -> Vector:
        """Cross two genomes, shapes (n,), and mutate the result, which stays in the unit cube.

        A split point s and a share t are drawn. Before s the child is slerp(a, b, t), behind it
        slerp(a, b, 1 - t).
        """
        import numpy as np

        split, share = generator.random(2).tolist()
        before = self._depths < split
        first, second = a - CENTRE, b - CENTRE
        child = np.empty(len(a))
        for part, weight in ((before, share), (~before, 1.0 - share)):
            child[part] = slerp(first[part], second[part], weight)
        child += CENTRE + self._sigma * generator.standard_normal(len(a))
        if len(self._choosing):
            self._choose(child, a, b, np.where(before, share, 1.0 - share), generator)
        genome: list[float] = np.clip(child, 0.0, 1.0).tolist()
        return tuple(genome)

    def _choose(
        self, child: Floats, a: Floats, b: Floats, shares: Floats, generator: np.random.Generator
    ) -> None:
        """Set the genes that choose."""
        import numpy as np

        at = self._choosing
        child[at] = np.where(generator.random(len(at)) < shares[at], b[at], a[at])
        child[generator.choice(at)] = generator.random()


def slerp(a: Floats, b: Floats, t: float) -> Floats:
    """Interpolate along the arc from `a` (t = 0) to `b` (t = 1), shapes (n,).

    With omega the angle between them: sin((1 - t) omega) / sin(omega) a + sin(t omega) /
    sin(omega) b (Shoemake 1985); a straight line where they are parallel or one of them is 0.
    """
    norms = math.sqrt(float(a @ a) * float(b @ b))
    cosine = float(a @ b) / norms if norms else 1.0
    sine = math.sqrt(max(0.0, 1.0 - cosine * cosine))
    if sine < PARALLEL:
        return (1.0 - t) * a + t * b
    omega = math.atan2(sine, cosine)
    return (math.sin((1.0 - t) * omega) * a + math.sin(t * omega) * b) / sine
