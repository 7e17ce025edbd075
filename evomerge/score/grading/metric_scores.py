"""Items scored by a metric of lm-eval's: what was decided once is remembered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import redirect_stdout
from typing import Any

from evomerge.engine.request import Response
from evomerge.ledger import ItemScore
from evomerge.score.grading.decisive import Decisive
from evomerge.score.grading.grader import Responses
from evomerge.score.grading.metric import Metric
from evomerge.score.grading.replies import item_error
from evomerge.score.items.item import Item

MOST_KNOWN = 50_000
"""Scores that are remembered, in some 10 MB. Candidates of a search mostly say the same."""

Heard = Callable[[Sequence[Item], Responses], Sequence[Sequence[Any]]]
"""Gives for each item lm-eval's instances, with the answers to them, as the filter reads those."""


class MetricScores:
    """Scores the answers to one task's items.

    Args:
        task: an lm-eval task.
        decisive: what decides a score, for all that is known.
    """

    def __init__(self, task: Any, metric: Metric, decisive: Decisive) -> None:
        self._task, self._metric, self._decisive = task, metric, decisive
        self._known: dict[tuple[str, Hashable], ItemScore] = {}

    def of(self, items: Sequence[Item], responses: Responses, heard: Heard) -> list[ItemScore]:
        """The score of each item.

        Args:
            heard: called for those that are judged, and not remembered.

        Raises:
            TrialError: an answer cannot be judged, or its score is not finite.
        """
        keys = [self._key(*pair) for pair in zip(items, responses, strict=True)]
        scores = [None if key is None else self._known.get(key) for key in keys]
        unknown = [place for place, score in enumerate(scores) if score is None]
        if unknown:
            asked = [items[place] for place in unknown]
            instances = heard(asked, [responses[place] for place in unknown])
            judged = self.afresh(zip(asked, instances, strict=True))
            for place, score in zip(unknown, judged, strict=True):
                scores[place] = score
                self._remember(keys[place], score)
        return [score for score in scores if score is not None]

    def afresh(self, pairs: Iterable[tuple[Item, Sequence[Any]]]) -> list[ItemScore]:
        """The same of each item and its instances, without what is remembered.

        Raises:
            TrialError: as for :meth:`of`.
        """
        with redirect_stdout(sys.stderr):  # stdout is for data
            return [self._judged(item, instances) for item, instances in pairs]

    def _key(self, item: Item, responses: Sequence[Response]) -> tuple[str, Hashable] | None:
        decided = self._decisive(item, responses)
        return None if decided is None else (item.id, decided)

    def _remember(self, key: tuple[str, Hashable] | None, score: ItemScore) -> None:
        if key is not None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = score

    def _judged(self, item: Item, instances: Sequence[Any]) -> ItemScore:
        results = [instance.filtered_resps[self._metric.filter] for instance in instances]
        try:
            judged = self._task.process_results(instances[0].doc, results)
            return ItemScore(item.task, item.id, *self._metric.read(judged))
        except (Exception, SystemExit) as error:  # whatever a task's own code does
            raise item_error(item.id, error) from error
