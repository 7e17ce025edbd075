"""Models looked at for the rails: asked what is missing, and their results in numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from statistics import fmean
from typing import Any

from evomerge.ledger import (
    AnswersLook,
    Entropies,
    ItemKey,
    ItemScore,
    Split,
    WatchedModel,
    WatchedScore,
    WatchedTask,
)
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.evaluation.results import Results
from evomerge.run.watching.answers import distance, entropy, said
from evomerge.run.watching.watched_items import watched_items
from evomerge.score.benchmark import Benchmark
from evomerge.workers.protocol import Workers

_LOOK = tuple(one.name for one in fields(AnswersLook))


@dataclass(frozen=True)
class Looking:
    """Asks models the watched items and the validation items, each once, and says how they do.

    What the search is told, and what its budget is spent on, does not change: an item that it asks
    later is known then, and counts as if it were asked.
    """

    benchmark: Benchmark
    evaluations: Evaluations
    seed: int

    def ask(self, model: Offspring, workers: Workers) -> None:
        """Have a model answer what is missing."""
        watched = [key for keys in self._watched_items.values() for key in keys]
        self.evaluations.ask([model], Split.SEARCH, workers, watched)
        self.evaluations.ask([model], Split.VALIDATION, workers)

    def watched(self, model: Offspring, first: str | None = None) -> WatchedModel:
        """How a model does that was asked; on no task where it failed.

        Args:
            first: the digest of the leader that the first cycle ended with, in later ones.
        """
        search, validation = self._results(model.digest)
        if search.failure is not None or validation.failure is not None:
            return WatchedModel(model.digest, {})
        of_search, of_validation = search.scores, validation.scores
        floors = self.benchmark.floors.lowest(Split.VALIDATION)
        tasks = {}
        for term in self.benchmark.own_terms:
            keys = [item.key for item in term.items[Split.VALIDATION]]
            changed, count = (None, 0) if first is None else self._changed(model, first, keys)
            tasks[term.task] = WatchedTask(
                term.weight,
                _score(
                    of_search[key] for key in self._watched_items[term.task] if key in of_search
                ),
                _score(of_validation[key] for key in keys if key in of_validation),
                _look(validation.audit.get(term.task)),
                floors.get(term.task),
                changed,
                count,
            )
        return WatchedModel(model.digest, tasks)

    def entropies(
        self, candidates: Sequence[Offspring], baselines: Sequence[Offspring]
    ) -> dict[str, Entropies]:
        """By task, how varied the answers of candidates are to the items that all were asked."""
        results = [self._results(digest)[0] for digest in {each.digest: 0 for each in candidates}]
        kept = [one.answers for one in results if one.failure is None and one.answers]
        if len(kept) < 2:
            return {}
        shared = set.intersection(*map(set, kept))
        found = {}
        for term in self.benchmark.own_terms:
            keys = [item.key for item in term.items[Split.SEARCH] if item.key in shared]
            best = self._best_at(baselines, keys)
            if keys and best is not None:
                found[term.task] = Entropies(
                    entropy(said(answers[key]) for answers in kept for key in keys),
                    entropy(said(best[key]) for key in keys),
                    len(keys),
                )
        return found

    def _best_at(
        self, baselines: Sequence[Offspring], keys: Sequence[ItemKey]
    ) -> Mapping[ItemKey, Any] | None:
        """The answers of the baseline that scores best on some items; None where none are kept."""
        results = [self._results(each.digest)[0] for each in baselines]
        kept = [one for one in results if all(key in one.answers for key in keys)]
        if not kept or not keys:
            return None
        return max(kept, key=lambda one: fmean(one.values(keys).values())).answers

    def _changed(
        self, model: Offspring, first: str, keys: Sequence[ItemKey]
    ) -> tuple[float | None, int]:
        """By how much answers to validation items differ from another model's, and how many do
        exist of both.
        """
        ours = self._results(model.digest)[1].answers
        theirs = self._results(first)[1].answers
        both = [key for key in keys if key in ours and key in theirs]
        if not both:
            return None, 0
        return fmean(distance(said(ours[key]), said(theirs[key])) for key in both), len(both)

    def _results(self, digest: str) -> tuple[Results, Results]:
        """On search and validation items."""
        results = self.evaluations.results
        return results(digest, Split.SEARCH), results(digest, Split.VALIDATION)

    @cached_property
    def _watched_items(self) -> Mapping[str, Sequence[ItemKey]]:
        return watched_items(self.benchmark, self.seed)


def _score(scores: Iterable[ItemScore]) -> WatchedScore | None:
    """The mean of those that count, and its error; None where there is none."""
    counted = [one for one in scores if one.weight]
    if not counted:
        return None
    total = math.fsum(one.weight for one in counted)
    mean = math.fsum(one.weight * one.value for one in counted) / total
    squares = math.fsum((one.weight * (one.value - mean)) ** 2 for one in counted)
    small = len(counted) / max(1, len(counted) - 1)
    return WatchedScore(mean, math.sqrt(squares * small) / total, len(counted))


def _look(audit: Mapping[str, Any] | None) -> AnswersLook | None:
    """What rails look at of an audit, as it stands in a part."""
    if not audit:
        return None
    return AnswersLook(**{name: audit[name] for name in _LOOK if name in audit})
