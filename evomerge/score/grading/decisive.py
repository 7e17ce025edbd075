"""What of an answer decides its score: where that is the same, lm-eval's metrics say the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from evomerge.engine.request import Generated, Likely, Response
from evomerge.score.grading.metric import Metric
from evomerge.score.items.item import Item
from evomerge.score.library.own_code import judged_by_own_code

Decisive = Callable[[Item, Sequence[Response]], Hashable]
"""What decides the score of an item's answers; None where that is not known."""

_LENGTHS: dict[str, Callable[[str], float]] = {
    "acc": lambda choice: 1.0,
    "acc_norm": lambda choice: float(len(choice)),
    "acc_bytes": lambda choice: float(len(choice.encode())),
}
"""By what lm-eval's metrics of a choice divide its log-likelihood, before they take the largest."""


def decisive_of(task: Any, metric: Metric, doc: Callable[[Item], Any]) -> Decisive:
    """What decides the scores of a task's items.

    Of a generated answer it is the text, of choices which of them has the largest log-likelihood,
    and of a given answer whether the model would have said it. Nothing is known where code of the
    task's own has a hand in them.

    Args:
        task: an lm-eval task.
        doc: the document that an item is.
    """
    if judged_by_own_code(task):
        return _nothing
    if task.OUTPUT_TYPE == "generate_until":
        return _text
    length = _LENGTHS.get(metric.name)
    if length is None or not _plain(task, metric):
        return _nothing
    if task.OUTPUT_TYPE == "multiple_choice":
        return _LikeliestChoice(lambda item: [*map(length, task.doc_to_choice(doc(item)))])
    return _greedy if (task.OUTPUT_TYPE, metric.name) == ("loglikelihood", "acc") else _nothing


def _plain(task: Any, metric: Metric) -> bool:
    """Whether log-likelihoods reach the metric as they are, and it takes them as they are."""
    if "acc_mutual_info" in task._metric_fn_list:
        return False
    ensemble = next(each for each in task._filters if each.name == metric.filter)
    return all(type(each()).__name__ == "TakeFirstFilter" for each in ensemble.filters)


def _nothing(item: Item, responses: Sequence[Response]) -> None:
    return None


def _text(item: Item, responses: Sequence[Response]) -> str | None:
    one = responses[0] if len(responses) == 1 else None
    return one.text if isinstance(one, Generated) else None


def _greedy(item: Item, responses: Sequence[Response]) -> bool | None:
    one = responses[0] if len(responses) == 1 else None
    return one.greedy if isinstance(one, Likely) else None


class _LikeliestChoice:
    """The choice that an answer is."""

    def __init__(self, lengths: Callable[[Item], list[float]]) -> None:
        self._lengths = lengths
        self._known: dict[str, list[float]] = {}

    def __call__(self, item: Item, responses: Sequence[Response]) -> int | None:
        lengths = self._known.get(item.id)
        if lengths is None:
            lengths = self._known[item.id] = self._lengths(item)
        if len(lengths) != len(responses) or not all(lengths):
            return None
        pairs = zip(responses, lengths, strict=True)
        each = [said.logprob / length for said, length in pairs if isinstance(said, Likely)]
        return each.index(max(each)) if len(each) == len(lengths) else None
