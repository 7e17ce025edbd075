"""Answers to a task's items, looked at: what they are like, and what others' answers score."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from evomerge.engine.request import Generated, Likely, Response
from evomerge.errors import TrialError
from evomerge.score.audits.answer import NOTHING_FOUND, AnswerFacts
from evomerge.score.audits.audit import (
    TaskAudit,
    audit,
    audit_choices,
    audit_scores,
    fingerprint,
)
from evomerge.score.audits.control import exchanged
from evomerge.score.grading.grader import Grade, Responses
from evomerge.score.items.item import Item

Kind = Literal["texts", "choices", "neither"]


@dataclass(frozen=True)
class Auditing:
    """Looks at answers to one task.

    Args:
        kind: what is answered: texts, choices among what is given, or merely how likely it is.
        gold: the right answer to an item, if it has one.
        right: the positions of an item's right choices.
        extracted: what the task's filter takes from answers.
        grade: gives items their scores.
    """

    kind: Kind
    gold: Callable[[Item], str | None]
    right: Callable[[Item], list[int]]
    extracted: Callable[[Sequence[Item], Responses], list[str]]
    grade: Grade

    def audit(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[float],
    ) -> TaskAudit:
        """How answers look that were scored so, and what they would score as others' answers."""
        asked = fingerprint(items)
        if self.kind == "texts":
            answers = self.extracted(items, responses)
            swapped = self._control(items, exchanged(items, responses, answers))
            return audit(self.facts(items, responses), scores, swapped, asked)
        if self.kind == "choices":
            chosen = [_most_likely(answered) for answered in responses]
            golds = [self.right(item) for item in items]
            positions = [gold[0] for gold in golds if gold]
            swapped = self._control(items, exchanged(items, responses))
            return audit_choices(chosen, positions or None, scores, swapped, asked)
        return audit_scores(scores, asked=asked)

    def facts(self, items: Sequence[Item], responses: Responses) -> list[AnswerFacts]:
        """What an audit looks at, of each item with a generated answer; none of the others.

        Of several answers to an item the first is looked at.
        """
        if self.kind != "texts":
            return []
        found = self.extracted(items, responses)
        return [
            self._facts(item, answer, taken)
            for item, (answer, *_), taken in zip(items, responses, found, strict=True)
        ]

    def _facts(self, item: Item, answer: Response, found: str) -> AnswerFacts:
        assert isinstance(answer, Generated)
        return AnswerFacts(
            task=item.task,
            item=item.id,
            text=answer.text,
            extracted=None if found in NOTHING_FOUND else found,
            finished=answer.finished,
            tokens=answer.tokens,
            gold=self.gold(item),
        )

    def _control(self, items: Sequence[Item], others: Responses) -> list[float] | None:
        """What others' answers score; None where they cannot be judged so."""
        try:
            return [score.value for score in self.grade(items, others)]
        except TrialError:
            return None


class Audited(ABC):
    """Has answers looked at by what its `auditing` is."""

    @property
    @abstractmethod
    def auditing(self) -> Auditing:
        """What looks at how a model answered."""

    def audit(
        self, items: Sequence[Item], responses: Responses, scores: Sequence[float]
    ) -> TaskAudit:
        """How answers look that were scored so, and what they would score as others' answers."""
        return self.auditing.audit(items, responses, scores)

    def facts(self, items: Sequence[Item], responses: Responses) -> list[AnswerFacts]:
        """Each generated answer, of several the first, and what became of it; none where answers
        are no texts.
        """
        return self.auditing.facts(items, responses)


def _most_likely(responses: Sequence[Response]) -> int:
    """The position of the choice that is most probable."""
    likely = [r.logprob if isinstance(r, Likely) else 0.0 for r in responses]
    return max(range(len(likely)), key=likely.__getitem__)
