"""All that a released model's folder tells of it: card, results, data, facts, pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from evomerge.engine.request import prompt_hash
from evomerge.ledger import WINNER, Split
from evomerge.merge.folder.account import Account, TaskData, TaskResult
from evomerge.report.card import card_sections
from evomerge.report.verdict import Verdict
from evomerge.report.view import View
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term

NO_IMAGES: Mapping[str, bytes] = MappingProxyType({})


def account_of(
    view: View, verdict: Verdict, prepared: Prepared, images: Mapping[str, bytes] = NO_IMAGES
) -> Account:
    """What is told of a winner or a finalist.

    Args:
        view: of the run as it is before the verdict is recorded.
        images: PNGs by the names of their files (`verdict.png`), shown by the card.
    """
    return Account(
        card_sections(view, verdict),
        tuple(_results(verdict, prepared.benchmark)),
        tuple(map(_data, prepared.benchmark.terms)),
        {
            "verdict": verdict.outcome,
            "recipe digest": verdict.choice.finalists[verdict.finalist].digest,
            "seed": str(prepared.evolve.seed),
        },
        images,
    )


def _results(verdict: Verdict, benchmark: Benchmark) -> Iterator[TaskResult]:
    """The mean of each task whose sealed items were asked."""
    means = verdict.scores[WINNER.label].tasks
    for term in benchmark.terms:
        if (score := means.get(term.task)) is not None:
            yield TaskResult(term.task, term.metric, score, _compared(verdict, term.task))


def _compared(verdict: Verdict, task: str) -> dict[str, Any]:
    """How the mean differs from that of the rival that looks best."""
    if verdict.best is None:
        return {}
    found = verdict.comparisons[verdict.best].tasks.get(task)
    if found is None:
        return {}
    return {
        "items": found.items,
        "best_parent_score": verdict.scores[verdict.best].tasks[task],
        "difference": found.difference,
        "interval_of_difference": [*found.interval],
        "confidence_of_interval": 1 - 2 * found.level,
    }


def _data(term: Term) -> TaskData:
    items = sorted((item for s in Split for item in term.items[s]), key=lambda item: item.id)
    counts = {split.value: len(term.items[split]) for split in Split}
    sha256 = hashlib.sha256("\n".join(item.id for item in items).encode()).hexdigest()
    return TaskData(term.task, counts, sha256, prompt_hash([item.requests for item in items]))
