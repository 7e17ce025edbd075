"""What a cycle's writers and verifiers came to."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.ledger import ItemsMade, MadeItem, Use


@dataclass(frozen=True)
class WrittenItems:
    """What was made in one cycle, as it is recorded."""

    made: ItemsMade
    """The ledger's event: items kept, refusals with reasons, what it took."""

    def of(self, use: Use) -> tuple[MadeItem, ...]:
        """Its items for one use, in the order in which they were written."""
        return tuple(item for item in self.made.items if item.use is use)
