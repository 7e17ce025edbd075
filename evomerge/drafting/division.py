"""How many of a user's questions the search, the choice of the winner and the proof get."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.recipe import Splits

FEW = 400
"""Questions, below which the sealed ones, which limit what can be shown, get half of all."""
MOST_SEEN, MOST_SEALED = 400, 2000
"""Questions of all terms together that a candidate is asked at most, and as many for the choice of
the winner; and sealed ones. Further ones cost time, and show little more: 2000 show a gain of 2
points where two models differ on a tenth of them (score/proof/power.py)."""


def splits_for(counts: Sequence[int]) -> tuple[Splits, str]:
    """Shares of each task's questions, and why they are so.

    Args:
        counts: questions of each term that counts.
    """
    total = sum(counts)
    if total < FEW:
        why = f"of {total} questions half are sealed: their number limits what can be shown"
        return Splits(search=0.3, validation=0.2, test=0.5), why
    seen, sealed = MOST_SEEN / total, MOST_SEALED / total
    splits = Splits(
        search=_share(0.4, seen), validation=_share(0.2, seen), test=_share(0.4, sealed)
    )
    if splits == Splits():
        return splits, f"for {total} questions the shares that evomerge has by default"
    return splits, (
        f"{total} questions are many: {MOST_SEEN} at most for each candidate, as many to choose "
        f"the winner, and {MOST_SEALED} sealed ones cost less and show nearly as much"
    )


def _share(usual: float, most: float) -> float:
    return usual if usual <= most else max(round(most, 4), 0.0001)
