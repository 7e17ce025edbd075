"""Answers in the form in which lm-eval's tasks judge them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from evomerge.score.request import Generated, Likely, Response


def hear(
    task: Any,
    filter_name: str,
    parts: Sequence[Sequence[tuple[Any, int]]],
    responses: Sequence[Sequence[Response]],
) -> list[list[Any]]:
    """lm-eval's instances of each item, with the answers to them, through a filter.

    Args:
        task: an lm-eval task.
        parts: for each item its instances, and how many requests each of them made.
        responses: for each item the answers to its requests, in their order.
    """
    heard = []
    for counted, answered in zip(parts, responses, strict=True):
        rest = iter(answered)
        for instance, count in counted:
            replies = _replies(instance.request_type, list(islice(rest, count)))
            instance.resps = replies if len(replies) > 1 else replies * (instance.repeats or 1)
        heard.append([instance for instance, _ in counted])
    ensemble = next(f for f in task._filters if f.name == filter_name)
    ensemble.apply([instance for instances in heard for instance in instances])
    return heard


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
