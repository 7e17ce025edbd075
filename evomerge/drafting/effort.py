"""How many genes a search has, and how many evaluations, as far as its time goes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evomerge.errors import UserError

MOST_POINTS = 4
"""Of a gradient. Three fine-tunes then have twelve genes, as many as the quickstart."""
EVALUATIONS_A_GENE = 10
"""At least. With 13 (160 for twelve genes) searches were better than chance, with 3 (40) hardly any
was (docs/benchmarks.md, "Ways to search")."""
MOST_A_GENE = 20
"""The quickstart has 240 for twelve genes; more was not measured there."""
FEWEST = 12
"""Evaluations below which nothing is searched: one generation or two."""


@dataclass(frozen=True)
class RunPace:
    """What a run takes on this machine, in seconds."""

    candidate_s: float
    """One offspring made, and asked all search questions; less where a race is soon decided."""
    besides_s: float
    """All that is not the search: parents, last race, validation, sealed items, release."""
    questions: int
    """Asked, to find that out."""


@dataclass(frozen=True)
class Effort:
    """What the search may take."""

    points: int
    """Genes of each parent's weight, a gradient over depth where there are several."""
    fitting: int
    """Evaluations that there is time for."""
    evaluations: int
    minutes: float
    """Of the search, the rest being for what comes before and after it."""


def effort_for(pace: RunPace, minutes: float, parents: int) -> Effort:
    """What fits into the user's minutes.

    Args:
        parents: those that have a weight.

    Raises:
        UserError: no search worth the name fits.
    """
    left = 60 * minutes - pace.besides_s
    fitting = int(left / pace.candidate_s) if left > 0 else 0
    if fitting < FEWEST:
        least = (pace.besides_s + FEWEST * pace.candidate_s) / 60
        raise UserError(
            f"--minutes {minutes:g}: a candidate takes some {pace.candidate_s:.3g} s here, and all "
            f"that is not the search {pace.besides_s / 60:.3g} minutes, so {fitting} candidates "
            f"fit, and {FEWEST} are the least; say --minutes {math.ceil(least)} or more, or give "
            "fewer items"
        )
    points = max(1, min(MOST_POINTS, fitting // (EVALUATIONS_A_GENE * parents)))
    evaluations = min(fitting, MOST_A_GENE * parents * points)
    return Effort(points, fitting, evaluations, round(max(left / 60, 0.1), 1))
