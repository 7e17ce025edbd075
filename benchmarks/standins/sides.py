"""A task with rows that stand in, evaluated by lm-eval and by evomerge."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

import lm_eval
from lm_eval.tasks._factory import TaskFactory

from benchmarks.standins.library import standing_in
from benchmarks.standins.reading import Columns
from benchmarks.standins.speaker import Speaker, responses
from evomerge.recipe import FitnessTerm
from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.harness import Recorder
from evomerge.score.loader import FEWSHOT_SEED
from evomerge.score.tasks.task import Task

Asked = dict[int, list[Any]]
"""The arguments of the requests for each document, by its place."""


@dataclass(frozen=True)
class Subject:
    """A task by its name, and what its data are to have."""

    name: str
    columns: Columns
    splits: list[str]


def loaded_by_lm_eval(manager: Any, subject: Subject) -> Any:
    """The task as lm-eval loads it."""
    with quiet(silent=True), standing_in(subject.columns, subject.splits):
        loaded = manager.load([subject.name])
    for task in loaded["tasks"].values():
        if task.config.num_fewshot is None:
            task.set_config("num_fewshot", 0)
        task.set_fewshot_seed(FEWSHOT_SEED)
    return loaded


def by_lm_eval(manager: Any, subject: Subject) -> tuple[dict[str, float], Asked]:
    """lm-eval's results by "metric,filter", and what it asks."""
    loaded = loaded_by_lm_eval(manager, subject)
    with quiet(silent=True), standing_in(subject.columns, subject.splits):
        found = lm_eval.evaluate(
            Speaker(), loaded, bootstrap_iters=0, confirm_run_unsafe_code=True, log_samples=True
        )
    (task,) = loaded["tasks"].values()
    asked: Asked = {}
    for instance in task.instances:
        asked.setdefault(instance.doc_id, []).append(instance.args)
    results = found["results"][subject.name].items()
    return {k: v for k, v in results if "," in k and "_stderr," not in k}, asked


def by_us(subject: Subject, metric: str, recorder: Recorder) -> tuple[float, Asked]:
    """Our mean of the items' scores as lm-eval would write it, and what is asked.

    Raises:
        EvomergeError: the task or the metric is refused, or an answer cannot be judged.
    """
    with quiet(silent=True), standing_in(subject.columns, subject.splits):
        task = Task(FitnessTerm(task=subject.name, metric=metric))
        items = task.ask(task.questions(), recorder, False)
        parts = [task.grading.instances.of(item) for item in items]
        scores = task.grading.grade(items, [responses(part) for part in parts])
    asked = {
        item.doc_id: [instance.args for instance, _ in part]
        for item, part in zip(items, parts, strict=True)
    }
    weight = sum(score.weight for score in scores)
    return _as_lm_eval_writes(task, math.fsum(s.weight * s.value for s in scores) / weight), asked


def _as_lm_eval_writes(task: Task, mean: float) -> float:
    metric = task.grading._metric
    if metric is None:
        return mean
    if metric.aggregate is not None:
        return metric.sign * mean
    return -mean / math.log(2) if metric.name == "bits_per_byte" else math.exp(-mean)


class _Named:
    """Stands for a task that is not loaded."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.task_name = config["task"]


def expanded_by_lm_eval(manager: Any, name: str) -> list[str]:
    """The tasks of a group by lm-eval's own expansion, none of which is loaded."""

    def named(_: Any, entry: Any, overrides: Any) -> _Named:
        return _Named({"task": entry.name, **(overrides or {})})

    with (
        quiet(silent=True),
        mock.patch.object(TaskFactory, "_build_task", named),
        mock.patch("lm_eval.tasks._factory.ConfigurableTask", lambda config: _Named(config)),
    ):
        return _leaves(manager._load_spec(name))


def _leaves(node: Any) -> list[str]:
    if isinstance(node, _Named):
        return [node.task_name]
    return [leaf for child in node for leaf in _leaves(child)]
