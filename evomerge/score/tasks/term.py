"""A task's place in the fitness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evomerge.ledger import ItemScore, Split
from evomerge.recipe import Floor
from evomerge.score.audits.leak import Leaks
from evomerge.score.grading.grader import Companion, Grader
from evomerge.score.items.item import Item
from evomerge.score.proof.scale import Scale


@dataclass(frozen=True)
class Term:
    """A task's place in the fitness."""

    task: str
    metric: str
    weight: float
    """0: reported and not counted."""
    grader: Grader
    items: Mapping[Split, Sequence[Item]]
    floor: Floor | None = None
    duplicates: int = 0
    """Items of the task that were left out because another one has the same content."""
    leaks: Leaks | None = None
    """Whether the right answers stand in the prompts of its test items."""
    source: str = ""
    """sha256 over what judges and does not stand in the recipe: a task file, code, a model."""
    scale: Scale | None = None
    """What an item can score: as the recipe declares it, or as is known of what judges. Scores
    beyond it are clipped. None where only scores of 0 and 1 can be compared."""
    kin: Mapping[str, int] = field(default_factory=dict)
    """How many of its items hang together with others, by the reason."""
    companions: Sequence[Companion] = ()
    """What a gain on its test items is to be held against."""
    cautions: Sequence[str] = ()
    """What keeps models from scoring on it, as far as that is known before any has been asked."""
    goal: str = ""
    """The goal that it belongs to; "" for one of its own."""

    @property
    def matters(self) -> bool:
        """Whether the task counts, or has a floor to keep to."""
        return bool(self.weight) or self.floor is not None

    def clipped(self, scores: Sequence[ItemScore]) -> list[ItemScore]:
        """Scores, none beyond what the recipe declares, or what judges is known to give."""
        scale = self.scale
        if scale is None or scale.assumed:
            return [*scores]
        return [
            s if scale.low <= s.value <= scale.high else s._replace(value=scale.clip(s.value))
            for s in scores
        ]
