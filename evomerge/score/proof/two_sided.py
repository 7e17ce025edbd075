"""Which of two models is better? The tests of a promotion, asked from both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evomerge.ledger import ItemScore
from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.scale import Scale
from evomerge.score.proof.statistics import ALPHA, NOTHING_KNOWN, compare


@dataclass(frozen=True)
class TwoSided:
    """A difference of two models, ours minus theirs, where neither was expected to be better."""

    difference: float
    interval: tuple[float, float]
    """Differences that are not rejected: without 0 exactly where the p-value is below `alpha`.
    Infinite where nothing is known of what an item can score."""
    p_value: float
    """How often two models that are equally good would look as different: two-sided."""
    error: float
    """Standard error of the difference."""
    items: int
    """Distinct questions."""
    units: int
    """Groups of them that hang together; questions where none do."""
    alpha: float = ALPHA


def compare_both_ways(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    aggregate: Aggregate,
    *,
    units: Units = ALONE,
    scales: Mapping[str, Scale] = NOTHING_KNOWN,
    alpha: float = ALPHA,
) -> TwoSided:
    """Compare two models' fitness on the same items.

    Each side is tested as at a promotion, at half of alpha. The other way round it says the same of
    the other model, to the last bit.

    Raises:
        ValueError: they were not scored on the same items, or on no task that counts.
    """
    one, other = (
        compare(*pair, aggregate, level=alpha / 2, units=units, scales=scales)
        for pair in ((ours, theirs), (theirs, ours))
    )
    return TwoSided(
        (one.difference - other.difference) / 2,
        # Each end by the side whose p-value it belongs to: both rest on the same draws.
        (one.interval[0], -other.interval[0]),
        min(1.0, 2 * min(one.p_value, other.p_value)),
        max(one.error, other.error),
        one.items,
        one.units,
        alpha,
    )
