"""Several models' scores on the same items as those of one: their mean, item by item."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evomerge.ledger import ItemKey, ItemScore


def mean_scores(
    models: Sequence[Sequence[ItemScore]], shares: Sequence[float] | None = None
) -> list[ItemScore]:
    """Each item's mean over the models for which it counts; over all where it counts for none.

    Args:
        shares: how much each model counts; all alike by default.
    """
    by_item: dict[ItemKey, list[tuple[ItemScore, float]]] = {}
    for scores, share in zip(models, shares or [1.0] * len(models), strict=True):
        for score in scores:
            by_item.setdefault(score.key, []).append((score, share))
    means = []
    for same in by_item.values():
        counted = [(score, share) for score, share in same if score.weight] or same
        value = math.fsum(score.value * share for score, share in counted)
        first, _ = counted[0]
        means.append(first._replace(value=value / math.fsum(share for _, share in counted)))
    return means
