"""Answers in the form in which lm-eval's tasks judge them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from evomerge.engine.request import Generated, Likely, Response
from evomerge.errors import TrialError
from evomerge.score.foreign_code.cause import cause


def hear(
    task: Any,
    filter_name: str,
    parts: Sequence[Sequence[tuple[Any, int]]],
    responses: Sequence[Sequence[Response]],
    ids: Sequence[str],
) -> list[list[Any]]:
    """lm-eval's instances of each item, with the answers to them, through a filter.

    Args:
        task: an lm-eval task.
        parts: for each item its instances, and how many requests each of them made.
        responses: for each item the answers to its requests, in their order.
        ids: of the items.

    Raises:
        TrialError: the filter raised, or left an answer out.
    """
    heard = []
    for counted, answered in zip(parts, responses, strict=True):
        rest = iter(answered)
        for instance, count in counted:
            replies = _replies(instance.request_type, list(islice(rest, count)))
            instance.resps = replies if len(replies) > 1 else replies * (instance.repeats or 1)
            instance.filtered_resps = {}  # what an earlier answer left there
        heard.append([instance for instance, _ in counted])
    ensemble = next(f for f in task._filters if f.name == filter_name)
    who = f"the filter {filter_name}"
    try:
        with contextlib.redirect_stdout(sys.stderr):
            ensemble.apply([instance for instances in heard for instance in instances])
    except (Exception, SystemExit) as error:  # whatever a filter does with an odd answer
        for item_id, instances in zip(ids, heard, strict=True):
            with judging(item_id, who):
                ensemble.apply(instances)
        raise TrialError(f"{who}, given all answers at once: {cause(error)}") from error
    for item_id, instances in zip(ids, heard, strict=True):
        if any(filter_name not in instance.filtered_resps for instance in instances):
            raise TrialError(f"item {item_id}: {who} gave nothing for its answer")
    return heard


@contextlib.contextmanager
def judging(item_id: str, who: str = "") -> Iterator[None]:
    """Have whatever is raised while an item's answer is judged cost the trial, and be told.

    Args:
        who: judges; nothing where its code says so itself.

    Raises:
        TrialError: in place of what was raised.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):  # stdout is for data
            yield
    except (Exception, SystemExit) as error:  # whatever a task's own code does
        raise item_error(item_id, error, who) from error


def item_error(item_id: str, error: BaseException, who: str = "") -> TrialError:
    """What is told of an error by which an item's answer could not be judged."""
    if isinstance(error, TrialError):
        return TrialError(f"item {item_id}: {error}")
    told = f"{who}: {cause(error)}" if who else cause(error)
    return TrialError(f"item {item_id}: {told}")


def extracted(instances: Sequence[Any], filter_name: str) -> str:
    """The answer to the only question of an item, after the filter."""
    found = instances[0].filtered_resps[filter_name]
    if isinstance(found, list | tuple):  # a filter that takes none of the repeats
        found = found[0] if found else None
    return "" if found is None else str(found)


def _replies(kind: str, responses: Sequence[Response]) -> list[Any]:
    """Our responses in the form that lm-eval's tasks take: one reply, or several answers."""
    if kind == "generate_until":
        return [response.text for response in responses if isinstance(response, Generated)]
    likely = [response for response in responses if isinstance(response, Likely)]
    if kind == "loglikelihood_rolling":
        return [sum(response.logprob for response in likely)]
    return [(likely[0].logprob, likely[0].greedy)]
