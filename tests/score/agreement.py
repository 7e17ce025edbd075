"""The same model on the same items by lm-eval alone, and by us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lm_eval
import lm_eval.tasks
import pytest
import torch
from lm_eval.models.huggingface import HFLM

from evomerge.engine.request import Response
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import FitnessTerm, recipe_from
from evomerge.score.items.item import Item
from evomerge.score.tasks.task import Task
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job
from tests.score.recorder import recorder_for

Scores = dict[int, float]
"""By document id."""


def by_lm_eval(
    model: str,
    file: Path,
    metric: str,
    *,
    fewshot: int | None = None,
    chat: bool = False,
    template_args: Mapping[str, Any] | None = None,
    **more: Any,
) -> Scores:
    """Item scores by `simple_evaluate`, batch size 1, the model in its own type.

    Args:
        more: passed on, as `limit` or `gen_kwargs`.
    """
    lm = HFLM(
        pretrained=str(open_parent(model).folder),
        device="cpu",
        batch_size=1,
        chat_template_args=template_args,
    )
    manager = lm_eval.tasks.TaskManager(include_path=str(file.parent), include_defaults=False)
    metric, _, chosen = metric.partition(",")
    results = lm_eval.simple_evaluate(
        lm,
        tasks=[file.stem],
        task_manager=manager,
        num_fewshot=fewshot,
        apply_chat_template=chat,
        bootstrap_iters=0,
        log_samples=True,
        **more,
    )
    samples = results["samples"][file.stem]
    values = {s["doc_id"]: s[metric] for s in samples if chosen in ("", s["filter"])}
    return {
        doc: value[0] / value[1] if isinstance(value, tuple) else float(value)
        for doc, value in values.items()
    }


def by_us(
    model: str,
    file: Path,
    metric: str,
    *,
    fewshot: int | None = None,
    chat: bool = False,
    permissions: Permissions = NOTHING,
) -> Scores:
    """Item scores by our forward passes, batched, on all cores."""
    term = FitnessTerm(task=str(file), metric=metric, num_fewshot=fewshot)
    return by_term(model, Task(term, permissions), chat=chat)


def by_term(model: str, task: Task, *, chat: bool = False) -> Scores:
    """Item scores of a term of a fitness, the same way."""
    items = task.ask(task.questions(), recorder_for(model), chat)
    scores = task.grading.grade(items, answers_of(model, items))
    return {item.doc_id: score.value for item, score in zip(items, scores, strict=True)}


def answers_of(model: str, items: Sequence[Item]) -> Sequence[Sequence[Response]]:
    """What a model answers to items."""
    parent = open_parent(model)
    tokenizer = load_tokenizer(parent.folder)
    recipe = recipe_from({"merge_method": "linear", "models": [{"model": model}]})
    with LocalWorkers(torch.device("cpu")).for_parents({model: parent}, tokenizer) as workers:
        workers.submit(Job(0, recipe, [item.requests for item in items]))
        answer = workers.collect(lambda: None)
    assert not answer.reason
    return answer.responses


def assert_same(ours: Scores, theirs: Scores, exact: bool) -> None:
    """The same documents, each with the same score (log-likelihoods within float32's rounding)."""
    assert ours.keys() == theirs.keys()
    for doc, value in theirs.items():
        assert ours[doc] == (value if exact else pytest.approx(value, abs=2e-4)), doc
