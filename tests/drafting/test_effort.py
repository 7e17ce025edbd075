"""Genes and evaluations, by the time that there is."""

import pytest

from evomerge.drafting.effort import FEWEST, RunPace, effort_for
from evomerge.errors import UserError

PACE = RunPace(candidate_s=6.0, besides_s=600.0, questions=24)
"""Ten candidates a minute, after ten minutes for all else."""


@pytest.mark.parametrize(
    ("minutes", "parents", "points", "evaluations"),
    [
        (13, 3, 1, 30),
        (16, 3, 2, 60),
        (60, 3, 4, 240),
        (600, 3, 4, 240),
        (60, 1, 4, 80),
        (60, 50, 1, 500),
        (70, 10, 4, 600),
    ],
)
def test_few_evaluations_have_few_genes(minutes, parents, points, evaluations):
    effort = effort_for(PACE, minutes, parents)
    assert (effort.points, effort.evaluations) == (points, evaluations)
    assert effort.minutes == minutes - 10
    assert effort.fitting == 10 * (minutes - 10)


@pytest.mark.parametrize("minutes", [11.1, 10, 1, 0.001])
def test_where_no_search_fits_it_says_what_would_do(minutes):
    with pytest.raises(UserError, match=f"and {FEWEST} are the least; say --minutes 12 or more"):
        effort_for(PACE, minutes, 3)
    assert effort_for(PACE, 12, 3).evaluations >= FEWEST
