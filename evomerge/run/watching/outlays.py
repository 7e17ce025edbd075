"""What a run has taken so far, whatever for, from its ledger."""

from __future__ import annotations

from collections import Counter

from evomerge.ledger import Cost, Ledger, Outlay, Part, PartAhead, Record


class Outlays:
    """Adds up what evaluations took, those that were foreseen in vain among them.

    Args:
        ledger: tells what it holds, and all that joins it.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._cost = ledger, Cost()
        self._ahead = Counter[tuple[str, str, Cost]]()
        """Parts done ahead, which are recorded once more when they are asked for."""
        ledger.watch(self._take)

    @property
    def so_far(self) -> Outlay:
        """Up to now."""
        return Outlay(self._cost.tokens, self._ledger.active_s, self._cost.energy_j)

    def _take(self, record: Record) -> None:
        what = record.what
        if isinstance(what, PartAhead):
            self._ahead[what.part.digest, what.part.split, what.part.cost] += 1
            self._cost += what.part.cost
        elif isinstance(what, Part):
            key = what.digest, what.split, what.cost
            if self._ahead[key]:
                self._ahead[key] -= 1
            else:
                self._cost += what.cost
