"""What is known of one offspring on one split, gathered from all parts of its trial."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from evomerge.ledger import Cost, ItemScore, Part, Place, State
from evomerge.recipe import Recipe
from evomerge.score.item import Key


@dataclass(frozen=True)
class Wanted:
    """A recipe to be scored."""

    recipe: Recipe
    digest: str
    place: Place | None = None


@dataclass
class Sheet:
    """The scores of an offspring on a split, so far."""

    scores: dict[Key, ItemScore] = field(default_factory=dict)
    failure: str | None = None
    """Why it cannot be scored, if it cannot."""
    parts: list[tuple[frozenset[Key], Cost]] = field(default_factory=list)
    """What was scored together, and what that took; nothing where it failed."""
    audit: dict[str, Any] = field(default_factory=dict)
    """By task, how it answered."""
    answers: dict[Key, Any] = field(default_factory=dict)
    """What it answered, as JSON values, where that is kept."""

    def take(self, part: Part) -> None:
        """Add what one evaluation brought."""
        self.scores.update({(s.task, s.item): s for s in part.scores})
        self.failure = part.reason if part.state is State.FAILED else self.failure
        self.parts.append((frozenset((s.task, s.item) for s in part.scores), part.cost))
        self.audit.update(part.audit)
        self.answers.update(part.answers)

    def cost_of(self, items: Iterable[Key]) -> Cost:
        """What it took to score these items, and what attempts took that failed.

        Of what was scored together with others, the items' share.
        """
        asked = frozenset(items)
        shares = [
            cost if keys <= asked else cost * (len(keys & asked) / len(keys))
            for keys, cost in self.parts
        ]
        return sum(shares, Cost())

    def forgive(self) -> None:
        """Forget a failure, so that it is tried again: memory may have been freed since."""
        self.failure = None
