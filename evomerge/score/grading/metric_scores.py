"""Items scored by a metric of lm-eval's: what the same text scores is remembered."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from typing import Any

from evomerge.ledger import ItemScore
from evomerge.score.grading.metric import Metric
from evomerge.score.grading.replies import item_error
from evomerge.score.items.item import Item

MOST_TEXTS = 50_000
"""Texts whose scores are remembered, in some 10 MB. Candidates of a search mostly say the same."""


class MetricScores:
    """Scores the answers to one task's items.

    Args:
        task: an lm-eval task.
        remembers: whether its metric gives the same text the same score each time, for all that
            is known: it is lm-eval's own code.
    """

    def __init__(self, task: Any, metric: Metric, *, remembers: bool) -> None:
        self._task, self._metric, self._remembers = task, metric, remembers
        self._known: dict[tuple[str, str], ItemScore] = {}

    def of(self, items: Sequence[Item], heard: Sequence[Sequence[Any]]) -> list[ItemScore]:
        """The score of each item.

        Args:
            heard: for each item lm-eval's instances, with the answers to them.

        Raises:
            TrialError: an answer cannot be judged, or its score is not finite.
        """
        with redirect_stdout(sys.stderr):  # stdout is for data
            return [self._one(*each) for each in zip(items, heard, strict=True)]

    def afresh(self, pairs: Iterable[tuple[Item, Sequence[Any]]]) -> list[ItemScore]:
        """The same of each item and its instances, without what is remembered.

        Raises:
            TrialError: as for :meth:`of`.
        """
        with redirect_stdout(sys.stderr):
            return [self._judged(item, instances) for item, instances in pairs]

    def _one(self, item: Item, instances: Sequence[Any]) -> ItemScore:
        said = instances[0].filtered_resps[self._metric.filter]
        if not self._remembers or len(instances) > 1 or not isinstance(said, str):
            return self._judged(item, instances)
        known = self._known.get((item.id, said))
        if known is None:
            if len(self._known) >= MOST_TEXTS:
                self._known.clear()
            known = self._known[item.id, said] = self._judged(item, instances)
        return known

    def _judged(self, item: Item, instances: Sequence[Any]) -> ItemScore:
        results = [instance.filtered_resps[self._metric.filter] for instance in instances]
        try:
            judged = self._task.process_results(instances[0].doc, results)
            return ItemScore(item.task, item.id, *self._metric.read(judged))
        except (Exception, SystemExit) as error:  # whatever a task's own code does
            raise item_error(item.id, error) from error
