"""What a run has taken, by what for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from evomerge.ledger import Cost, Part, Trial
from evomerge.run.ending import RANDOM

SEARCH, VALIDATION, TEST = "search", "validation", "test"
PARENTS, RANDOM_SEARCH = "parents", "random search"


def spending(
    parts: Sequence[Part], trials: Sequence[Trial], baselines: Collection[str]
) -> dict[str, Cost]:
    """What merging and forward passes took: for parents and candidates on the search items, for
    the random search that is compared with, for validation and for the test.

    What judges read and write is not in it.

    Args:
        baselines: digests of the parents and of their uniform merge.
    """
    places = [(trial.digest, trial.place) for trial in trials if trial.place is not None]
    searched = {digest for digest, place in places if place.cycle != RANDOM}
    at_random = {digest for digest, place in places if place.cycle == RANDOM} - searched

    def purpose(part: Part) -> str:
        if part.split != SEARCH:
            return part.split
        if part.digest in baselines:
            return PARENTS
        return RANDOM_SEARCH if part.digest in at_random else SEARCH

    total = dict.fromkeys((PARENTS, SEARCH, RANDOM_SEARCH, VALIDATION, TEST), Cost())
    for part in parts:
        total[purpose(part)] += part.cost
    return {what: cost for what, cost in total.items() if cost != Cost()}
