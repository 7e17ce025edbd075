"""Refused drafts, counted by writer and reason, with a few examples."""

from __future__ import annotations

from dataclasses import dataclass, field

from evomerge.curriculum.draft import DraftItem
from evomerge.ledger import Refusals
from evomerge.score.items.item import canonical

EXAMPLES = 3
"""Of each reason."""
SHOWN = 200
"""Characters of an example."""
REASON = 300
"""Characters of a reason, which may be a program's words."""
REASONS = 30
"""Of each writer; a reason may quote the document, so there can be as many as documents."""
OTHERWISE = "another reason"


@dataclass
class RefusedDrafts:
    """Drafts that were refused."""

    _by_reason: dict[tuple[str, str], list[DraftItem]] = field(default_factory=dict)
    _hidden: set[tuple[str, str]] = field(default_factory=set)

    def add(self, draft: DraftItem, reason: str, *, hide: bool = False) -> None:
        """File one more.

        Args:
            hide: whether nobody may be shown what was refused.
        """
        key = draft.writer, reason[:REASON]
        known = sum(writer == draft.writer for writer, _ in self._by_reason)
        if key not in self._by_reason and known >= REASONS and not hide:
            key = draft.writer, OTHERWISE
        self._by_reason.setdefault(key, []).append(draft)
        if hide:
            self._hidden.add(key)

    @property
    def all(self) -> tuple[Refusals, ...]:
        """In the order in which each reason came up first."""
        return tuple(
            Refusals(*key, len(drafts), () if key in self._hidden else _examples(drafts))
            for key, drafts in self._by_reason.items()
        )


def _examples(drafts: list[DraftItem]) -> tuple[str, ...]:
    shown = [canonical(one.document) for one in drafts if one.document is not None]
    return tuple(text[:SHOWN] for text in dict.fromkeys(shown[:EXAMPLES]))
