"""Whether answers to a task are judged by code of the task's own, or by lm-eval's alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LM_EVAL = "lm_eval.api."
"""Modules of what is lm-eval's own in every task, and of no task."""

_JUDGING = ("process_results", "doc_to_target", "doc_to_choice", "filter_list", "metric_list")
"""The settings of a task that say what becomes of an answer, and may be code."""


def judged_by_own_code(task: Any) -> bool:
    """Whether a function or class that came with the task has a hand in its scores.

    Args:
        task: an lm-eval task.
    """
    if not type(task).process_results.__module__.startswith(LM_EVAL):
        return True
    settings = (getattr(task.config, key, None) for key in _JUDGING)
    if any(callable(leaf) for setting in settings for leaf in _leaves(setting)):
        return True
    metrics = [*getattr(task, "_metric_fn_list", {}).values(), *task.aggregation().values()]
    return any(not metric.__module__.startswith(LM_EVAL) for metric in metrics if metric)


def _leaves(node: Any) -> Iterator[Any]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else None
    if children is None:
        yield node
    else:
        for child in children:
            yield from _leaves(child)
