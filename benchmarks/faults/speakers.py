"""Whole runs in which models say what they are told to: all but the forward passes is real."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evomerge.engine.request import Generated, Generation, Likely, Request, Response, prompt_hash
from evomerge.ledger import Registry, Split, State
from evomerge.permissions import Permissions
from evomerge.recipe import load_recipe
from evomerge.report.verdict import Verdict
from evomerge.run.evolution import Evolution
from evomerge.run.folder.folder import RunFolder
from evomerge.run.preparation.preflight import Prepared, prepare
from evomerge.score.items.item import Item
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer, Job, Workers

RECIPE = """\
merge_method: linear
models:
  - {{model: zoo:arithmetic, parameters: {{weight: {{gene: {{low: 0.1, high: 0.9}}}}}}}}
  - {{model: {other}, parameters: {{weight: {{gene: {{low: 0.1, high: 0.9}}}}}}}}
evolve:
  fitness: [{{task: task.yaml, {judged}}}]
  splits: {{search: 40, validation: 40, test: 120}}
  search: {{population: 4}}
  budget: {{evaluations: 4}}
  race: false
  elites: 2
"""
TASK = """\
task: planted
dataset_path: json
dataset_kwargs: {data_files: {test: rows.jsonl}}
test_split: test
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A task of the rows' questions and answers."""

    rows: Sequence[Row]
    settings: str
    """YAML: what to ask, and what becomes of the answers."""
    judged: str = "metric: exact_match"
    python: str = ""
    """Source of `judge.py`."""
    other: str = "zoo:french"
    """The second parent."""

    def write(self, folder: Path) -> Path:
        """A recipe with the task, and all that it needs."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in self.rows))
        (folder / "task.yaml").write_text(TASK + self.settings)
        (folder / "judge.py").write_text(self.python)
        (folder / "recipe.yaml").write_text(RECIPE.format(judged=self.judged, other=self.other))
        return folder / "recipe.yaml"


@dataclass(frozen=True)
class Speaker:
    """A model that knows the answer to a share of the items, and another item's to the others."""

    accuracy: float
    say: Callable[[str], str] = str
    """What it says when it has an answer in mind."""
    seed: int = 0

    def knows(self, item: Item) -> bool:
        """Whether it knows the answer."""
        return bool(self._generator(item, 0).random() < self.accuracy)

    def text(self, item: Item, golds: Sequence[str]) -> str:
        """What it says to an item."""
        other = golds[self._generator(item, 1).integers(len(golds))]
        return self.say(item.gold if self.knows(item) else other)

    def logprob(self, said: str, meant: str) -> float:
        """How likely it finds a text, where it would say another one."""
        return -1.0 if said == meant else -9.0

    def _generator(self, item: Item, use: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, use, item.doc_id])


class Speakers:
    """Makes workers whose parents, and all whose other models, are each one speaker."""

    def __init__(self, parent: Speaker, offspring: Speaker, astray: bool = False) -> None:
        self._parent, self._offspring = parent, offspring
        self._astray = astray
        """Whether offspring are asked the items in another order."""

    def __call__(self, prepared: Prepared) -> Workers:
        """Workers for these parents and items."""
        self.listen(prepared)
        return FakeWorkers(self._answer)

    def listen(self, prepared: Prepared) -> None:
        """Learn the items."""
        items = [i for term in prepared.benchmark.terms for s in term.items.values() for i in s]
        self._tokenizer = prepared.tokenizer
        self._items = {item.requests: item for item in items}
        self._by_prompt = {_prompt(item.requests): item for item in items}
        self._golds = sorted(item.gold for item in items)

    def _answer(self, job: Job) -> Answer:
        parent = len(job.recipe.models or ()) == 1
        asked = [self._asked(tuple(requests)) for requests in job.asked]
        responses = [self.respond(item, parent) for item in asked]
        if self._astray and not parent:
            job = replace(job, requests=[*job.requests[1:], job.requests[0]])
        return Answer(job.key, State.SCORED, "", responses, prompts=prompt_hash(job.asked))

    def _asked(self, requests: tuple[Request, ...]) -> Item:
        """The item that is asked so; what is asked after its prompt may be new."""
        known = self._items.get(requests) or self._by_prompt[_prompt(requests)]
        return replace(known, requests=requests)

    def respond(self, item: Item, parent: bool) -> tuple[Response, ...]:
        """What a parent, or another model, answers to an item."""
        speaker = self._parent if parent else self._offspring
        text = speaker.text(item, self._golds)
        return tuple(self._respond(request, speaker, text) for request in item.requests)

    def _respond(self, request: Request, speaker: Speaker, text: str) -> Response:
        if isinstance(request, Generation):
            cut = min((text.find(s) for s in request.stops if s in text), default=len(text))
            tokens = self._tokenizer.encode(text[:cut])
            finished = len(tokens) < request.max_tokens
            kept = tokens[: request.max_tokens]
            return Generated(self._tokenizer.decode(kept), len(kept), finished)
        choice = self._tokenizer.decode(request.tokens[-request.scored :]).strip()
        return Likely(speaker.logprob(choice, text), choice == text)


def _prompt(requests: Sequence[Request]) -> tuple[int, ...]:
    return requests[0].shown


def opened(folder: Path, task: Task) -> Prepared:
    """The recipe and the task, checked."""
    return prepare(load_recipe(task.write(folder)), Permissions(allow_python=True))


def judged(
    folder: Path, prepared: Prepared, make_workers: Callable[[Prepared], Workers]
) -> Verdict:
    """A whole run's verdict.

    Raises:
        EvomergeError: no candidate could be scored.
    """
    with RunFolder(folder) as run:
        device = torch.device("cpu")
        evolution = Evolution(
            prepared,
            run,
            make_workers,
            device,
            lambda: None,
            Registry(None),
            asks_release=False,
        )
        result = evolution.run()
    return result.verdict


def at_face_value(prepared: Prepared, respond: Callable[[Item], Sequence[Response]]) -> float:
    """What answers score if nobody looks at them."""
    benchmark = prepared.benchmark
    items = benchmark.items(Split.SEARCH)
    scores = benchmark.grade(items, [respond(item) for item in items])
    return benchmark.fitness(benchmark.task_means(scores))
