"""Judging, tried before anything starts: what a task makes of right answers and of odd ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from evomerge.engine.request import Generated, Generation, Likely, Request, Response, silence
from evomerge.errors import TrialError
from evomerge.score.grading.grader import Grade
from evomerge.score.items.item import Item
from evomerge.score.prompts.document import gold_answers, gold_choices

DOCUMENTS = 200
"""Documents that are looked through for a number that a task gives for some of them alone."""

ITEMS = 3
"""Items on which judging is tried."""

RIGHT = "a right answer"

ODD = {
    "an empty answer": "",
    "words where a number is asked for": "twenty-one",
    "a code fence": "```python\nprint(21)\n```",
    "an answer that breaks off": "The answer is (",
}
"""What models say now and then, whatever they are asked."""


def names_given(task: Any, filter_name: str, wanted: str = "") -> list[str]:
    """The names of the numbers that a task gives for its documents; some give more than they list.

    Args:
        task: an lm-eval task.
        wanted: the search ends where a number of this name is given.
    """
    names: dict[str, None] = {}
    for doc in islice(task.eval_docs, DOCUMENTS):
        for text in (*_golds(task, doc)[:1], ""):
            names.update(dict.fromkeys(_names(task, filter_name, doc, text)))
        if wanted in names:
            break
    return list(names)


def _names(task: Any, filter_name: str, doc: Any, text: str) -> Sequence[str]:
    try:
        context = [""] * len(task.doc_to_choice(doc)) if task.multiple_input else ""
        made = task.construct_requests(doc=doc, ctx=context, metadata=(None, 0, 1))
        instances = made if isinstance(made, list) else [made]
        for instance in instances:
            instance.resps = [_REPLIES.get(instance.request_type, text)]
        next(f for f in task._filters if f.name == filter_name).apply(instances)
        results = [instance.filtered_resps[filter_name] for instance in instances]
        judged = task.process_results(doc, results)
        return [str(name) for name in judged] if isinstance(judged, Mapping) else []
    except (Exception, SystemExit):  # whatever a task's own code does with answers
        return []


_REPLIES = {"loglikelihood": (0.0, False), "loglikelihood_rolling": 0.0}
"""What is answered where the request is for no text."""


@dataclass(frozen=True)
class Tryout:
    """Tries judging on answers that nobody gave.

    Args:
        task: an lm-eval task.
        doc: the document of an item.
        grade: judges.
        odd: whether right and odd answers are tried beside silence.
        metric: of the task; "" where another judges.
        filter: the one that answers go through.
        unasked: why nothing may be tried now, in words; "" where it may.
    """

    task: Any
    doc: Callable[[Item], Any]
    grade: Grade
    odd: bool
    metric: str = ""
    filter: str = ""
    unasked: str = ""

    def cautions(self, items: Sequence[Item]) -> list[str]:
        """Judge answers to the first items.

        Returns:
            What cannot be judged though other answers can, in a sentence; nothing where all can.

        Raises:
            TrialError: nothing that was tried can be judged.
        """
        if self.unasked:
            return [self.unasked]
        failed: dict[str, TrialError] = {}
        judged = False
        for item in items[: ITEMS if self.odd else 1]:
            for what, answer in self._answers(item):
                try:
                    self.grade([item], [answer])
                    judged = True
                except TrialError as error:
                    failed.setdefault(what, error)
        if failed and not judged:
            raise next(iter(failed.values()))
        if not failed:
            return []
        first = next(iter(failed.values()))
        return [
            f"some answers cannot be judged, and a model that gives one fails: {', '.join(failed)} "
            f"({first})"
        ]

    def require_counting(self, items: Sequence[Item], of: str = "") -> None:
        """Check that at least one of the items has a score.

        Args:
            of: what they are, as "test ".

        Raises:
            TrialError: the metric is given for none of them.
        """
        if items and self.metric and not any(map(self._may_count, items)):
            given = ", ".join(names_given(self.task, self.filter)) or "nothing"
            raise TrialError(
                f"the metric {self.metric!r} is given for no {of}item; the task gives {given}"
            )

    def _may_count(self, item: Item) -> bool:
        """Whether the item has a score, for some answer; also where nobody knows."""
        for _, answer in self._answers(item):
            try:
                (score,) = self.grade([item], [answer])
            except TrialError:
                return True
            if score.weight:
                return True
        return False

    def _answers(self, item: Item) -> Iterator[tuple[str, tuple[Response, ...]]]:
        """Answers to an item's requests, and what they are."""
        doc, requests = self.doc(item), item.requests
        if self.odd and all(isinstance(request, Generation) for request in requests):
            right = [(RIGHT, text) for text in _golds(self.task, doc)[:1]]
            for what, text in (*right, *ODD.items()):
                yield what, tuple(Generated(text, 1, True) for _ in requests)
            return
        if self.odd:
            yield RIGHT, _chosen(self.task, doc, requests)
        yield "an empty answer", silence(requests)


def _golds(task: Any, doc: Any) -> list[str]:
    try:
        return gold_answers(task, doc)
    except Exception:  # a task that scores no text need not have a target
        return []


def _chosen(task: Any, doc: Any, requests: Sequence[Request]) -> tuple[Response, ...]:
    """The right choices are the likeliest; all of them, where nothing is to be chosen."""
    right = set(range(len(requests)))
    if task.OUTPUT_TYPE == "multiple_choice":
        try:
            right = set(gold_choices(task, doc))
        except Exception:  # a task with a metric of its own need not have a target
            right = set()
    return tuple(Likely(-1.0 - (i not in right), i in right) for i in range(len(requests)))
