"""One grader in front of several, each of which judges its own items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from evomerge.ledger import ItemScore
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import TaskAudit, audit_scores, fingerprint
from evomerge.score.grading.auditing import Auditing
from evomerge.score.grading.grader import Grade, Grader, Responses
from evomerge.score.grading.grading import Grading
from evomerge.score.grading.repeated import Repeated
from evomerge.score.items.item import Item
from evomerge.score.proof.scale import ASSUMED, Scale

G = TypeVar("G", bound=Grader)


@dataclass
class Routed(Generic[G]):
    """Hands each item to its grader."""

    homes: Mapping[str, G]
    """The grader of each item, by its id."""
    weights: dict[str, float] = field(default_factory=dict)
    """What an item's weight is multiplied by, by its id; 1 where nothing is said."""
    judge: str = ""

    @property
    def concurrent(self) -> bool:
        """Whether other work may go on at the same time."""
        return all(grader.concurrent for grader in self.homes.values())

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item."""
        return self._each(items, responses, lambda grader: grader.grade)

    def regrade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item, judged once more as if for the first time."""
        return self._each(items, responses, lambda grader: grader.regrade)

    def lenient(
        self, items: Sequence[Item], responses: Responses, scores: Sequence[ItemScore]
    ) -> list[ItemScore]:
        """The scores of the items with credit for a right answer in whatever form."""
        found = list(scores)
        for grader, places in self._places(items):
            for place, score in zip(
                places,
                grader.lenient(
                    [items[i] for i in places],
                    [responses[i] for i in places],
                    [scores[i] for i in places],
                ),
                strict=True,
            ):
                found[place] = score
        return found

    def audit(
        self, items: Sequence[Item], responses: Responses, scores: Sequence[float]
    ) -> TaskAudit:
        """How high the scores are."""
        return audit_scores(scores, asked=fingerprint(items))

    def facts(self, items: Sequence[Item], responses: Responses) -> list[AnswerFacts]:
        """Each generated answer, and what became of it; none where answers are no texts."""
        found: dict[int, AnswerFacts] = {}
        for grader, places in self._places(items):
            facts = grader.facts([items[i] for i in places], [responses[i] for i in places])
            found.update(zip(places, facts, strict=False))
        return [found[place] for place in sorted(found)]

    def _each(
        self, items: Sequence[Item], responses: Responses, way: Callable[[G], Grade]
    ) -> list[ItemScore]:
        found: dict[int, ItemScore] = {}
        for grader, places in self._places(items):
            asked, answers = [items[i] for i in places], [responses[i] for i in places]
            found.update(zip(places, way(grader)(asked, answers), strict=True))
        scores = (found[place] for place in range(len(items)))
        return [s._replace(weight=s.weight * self.weights.get(s.item, 1.0)) for s in scores]

    def _places(self, items: Sequence[Item]) -> list[tuple[G, list[int]]]:
        """The graders of these items, and the places of each one's."""
        found: dict[int, tuple[G, list[int]]] = {}
        for place, item in enumerate(items):
            grader = self.homes[item.id]
            found.setdefault(id(grader), (grader, []))[1].append(place)
        return [*found.values()]


@dataclass
class RoutedGrading(Routed[Grading | Repeated]):
    """Several tasks' judgements as that of one."""

    scale: Scale = ASSUMED
    """What an item can score."""

    def audit(
        self, items: Sequence[Item], responses: Responses, scores: Sequence[float]
    ) -> TaskAudit:
        """How answers look that were scored so, and what they would score as others' answers."""
        return self.auditing.audit(items, responses, scores)

    @property
    def auditing(self) -> Auditing:
        """What looks at how a model answered."""
        return Auditing(
            next(iter(self.homes.values())).auditing.kind,
            lambda item: self.homes[item.id].auditing.gold(item),
            lambda item: self.homes[item.id].auditing.right(item),
            self._extracted,
            self.grade,
        )

    def _extracted(self, items: Sequence[Item], responses: Responses) -> list[str]:
        found: dict[int, str] = {}
        for grader, places in self._places(items):
            asked, answers = [items[i] for i in places], [responses[i] for i in places]
            found.update(zip(places, grader.auditing.extracted(asked, answers), strict=True))
        return [found[place] for place in range(len(items))]
