"""The finalists of a run, each at the number by which it is promoted."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.ledger import Event, RankedFinalist, WinnerChosen, WinnerExplained


def finalists_of(events: Sequence[Event], *more: RankedFinalist) -> tuple[RankedFinalist, ...]:
    """Those among whom validation has chosen last, and behind them what was offered since.

    Args:
        more: what is offered now.
    """
    found: dict[str, RankedFinalist] = {}
    for event in events:
        if isinstance(event, WinnerChosen):
            found = {each.digest: each for each in event.finalists}
        elif isinstance(event, WinnerExplained) and event.smaller is not None:
            found.setdefault(event.smaller.digest, event.smaller)
    for each in more:
        found.setdefault(each.digest, each)
    return tuple(found.values())
