"""Models asked the probes of a constitution: answers are kept as those to items are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from evomerge.engine.request import Generated, from_plain
from evomerge.ledger import PROBES, ItemKey, ItemScore, Split
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.principles import OpenedConstitution
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import TaskAudit
from evomerge.score.benchmark import Benchmark
from evomerge.score.grading.grader import Responses
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term
from evomerge.workers.protocol import Workers


class Ungraded:
    """Gives no scores: what answers to probes are worth is for the constitution's judge."""

    judge = "nobody"
    concurrent = True

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """Scores that count for nothing."""
        return [ItemScore(item.task, item.id, 0.0, 0.0) for item in items]

    regrade = grade

    def lenient(
        self, items: Sequence[Item], responses: Responses, scores: Sequence[ItemScore]
    ) -> list[ItemScore]:
        """The same scores."""
        return [*scores]

    def audit(
        self, items: Sequence[Item], responses: Responses, scores: Sequence[float]
    ) -> TaskAudit:
        """Never asked for: none of the items counts."""
        raise NotImplementedError

    def facts(self, items: Sequence[Item], responses: Responses) -> list[AnswerFacts]:
        """None."""
        return []


class Probing:
    """Asks models, each of them each probe once.

    Args:
        evaluations: of the run, in whose record the answers are kept.
    """

    def __init__(self, opened: OpenedConstitution, evaluations: Evaluations) -> None:
        items = [
            Item(PROBES, probe.id, number, (opened.requests[probe.id],), probe.prompt)
            for number, probe in enumerate(opened.probes.values())
        ]
        splits = {Split.SEARCH: [], Split.VALIDATION: items, Split.TEST: []}
        term = Term(PROBES, "audit", 0.0, Ungraded(), splits)
        self._evaluations = evaluations.on(Benchmark([term]), keep="all")

    def answers(
        self, model: Offspring, probes: Sequence[str], workers: Workers
    ) -> list[str] | None:
        """What a model answers to probes; None where it cannot be asked.

        Args:
            probes: their ids.
        """
        keys: list[ItemKey] = [(PROBES, probe) for probe in probes]
        asked = Offspring(model.given, _digest(model))
        self._evaluations.ask([asked], Split.VALIDATION, workers, keys)
        results = self._evaluations.results(asked.digest, Split.VALIDATION)
        if results.failure is not None:
            return None
        said = [from_plain(results.answers[key])[0] for key in keys]
        return [one.text if isinstance(one, Generated) else "" for one in said]


def _digest(model: Offspring) -> str:
    """Under which a model's answers to probes are kept, apart from those to items."""
    return hashlib.sha256(f"{PROBES} {model.digest}".encode()).hexdigest()
