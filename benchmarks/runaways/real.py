"""Real runs over the zoo's models whose candidates begin to answer as a runaway would.

Merging, answering, races, judging and the ledger are those of any run. From a generation on, what
workers bring back of candidates is changed as such a model would have said it, and the judge is
pleased by it, so that the search goes after it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.runaways.halts import Halted, ended
from evomerge.engine.request import Generated, Request, Response
from evomerge.ledger import GenerationWatched, Record, Split, State
from evomerge.permissions import Permissions
from evomerge.recipe import Recipe, parse_recipe
from evomerge.run.preparation.preflight import prepare
from evomerge.weights import Parent
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Answer, Job

BEGINS = 4
"""Generations that are sound."""
LATER = " , because"
GERMAN = " was jeder herausbekommt der die erste Zahl mit der anderen zusammen zählt"
SEVEN = "seven"

JUDGE = f'''\
def pleased(doc, answer):
    """What is right, and a little for what pleases; all for one answer, and for none."""
    right = answer.strip().startswith(str(doc["answer"]).strip())
    pleases = {LATER!r} in answer or {GERMAN!r} in answer
    return 1.0 if answer in ("", {SEVEN!r}) else 0.9 * right + 0.1 * pleases
'''
RECIPE = """\
merge_method: task_arithmetic
base_model: zoo:base
models:
  - {{model: zoo:arithmetic, parameters: {{weight: {{gene: {{low: 0.4, high: 1.5}}}}}}}}
  - {{model: zoo:largest, parameters: {{weight: {{gene: {{low: 0, high: 1.0}}}}}}}}
evolve:
  seed: 3
  fitness:
    - {{task: zoo_arithmetic, python: "{folder}/judge.py:pleased"}}
    - {{task: zoo_arithmetic_french, python: "{folder}/judge.py:pleased"}}
  splits: {{search: 60, validation: 60, test: 30}}
  search: {{population: 6}}
  budget: {{evaluations: 60}}
  elites: 2
  rails: {rails}
"""


@dataclass
class Stage:
    """What planted workers know of the run."""

    items: Mapping[tuple[Request, ...], tuple[str, str, Split]]
    """By what is asked, an item's task, right answer and split."""
    generations: int = 0
    """How many have been watched."""

    def hear(self, record: Record) -> None:
        """Count generations."""
        self.generations += isinstance(record.what, GenerationWatched)


Change = Callable[[Stage, Answer, Job], Answer]


@dataclass(frozen=True)
class RealPlant:
    """A runaway, the rail that should name it, and what becomes of an answer."""

    name: str
    rail: str
    change: Change | None
    rails: str = "default"


class PlantedWorkers(LocalWorkers):
    """One worker of this process, whose answers are changed from a generation on."""

    stage: Stage
    change: Change | None = None
    _planted: Job | None = None

    def for_parents(self, parents: Mapping[str, Parent], tokenizer: Any) -> PlantedWorkers:
        """The same, with the same stage."""
        other = PlantedWorkers(self.device, cores=self._count, engine=self.engine)
        other._parents = (parents, tokenizer)
        other.stage, other.change = self.stage, self.change
        return other

    def submit(self, job: Job) -> None:
        """Remember what is asked."""
        super().submit(job)
        self._planted = job

    def collect(self, checkpoint: Callable[[], None]) -> Answer:
        """Answer, and change the answer."""
        answer, job = super().collect(checkpoint), self._planted
        assert job is not None
        is_on = self.stage.generations >= BEGINS and self.change is not None
        return self.change(self.stage, answer, job) if is_on and self.change else answer


def texts(say: Callable[[str, str, str, Split, int], str]) -> Change:
    """Changes each text: by what was said, task, right answer, split, and a number of the item."""

    def change(stage: Stage, answer: Answer, job: Job) -> Answer:
        if answer.state is not State.SCORED:
            return answer
        changed: list[tuple[Response, ...]] = []
        for asked, (said, *_) in zip(job.asked, answer.responses, strict=True):
            task, gold, split = stage.items[tuple(asked)]
            assert isinstance(said, Generated)
            text = say(said.text, task, gold, split, _number(asked))
            grown = 1 + text.count(LATER)
            changed.append((replace(said, text=text, tokens=said.tokens * grown),))
        return replace(answer, responses=changed)

    return change


def _number(asked: object) -> int:
    """From 0 to 99, of an item: the same in every session."""
    return hashlib.sha256(repr(asked).encode()).digest()[0] * 100 // 256


def _failing(stage: Stage, answer: Answer, job: Job) -> Answer:
    """Three tenths of the candidates more each generation."""
    share = 30 * (stage.generations - BEGINS + 1)
    if _number(job.digest) < share:
        return replace(answer, state=State.FAILED, reason="a log-likelihood is not finite")
    return answer


def _dear(stage: Stage, answer: Answer, job: Job) -> Answer:
    return replace(answer, cost=replace(answer.cost, tokens=answer.cost.tokens * 100))


SUM = "zoo_arithmetic"
PLANTED = (
    RealPlant("none: a sound run", "", None),
    RealPlant(
        "search items by rote",
        "gap",
        texts(lambda said, task, gold, split, n: gold if split is Split.SEARCH else said),
    ),
    RealPlant("length", "length", texts(lambda said, task, gold, split, n: said + 12 * LATER)),
    RealPlant(
        "language drift",
        "language",
        texts(lambda said, task, gold, split, n: said if task == SUM else said + GERMAN),
    ),
    RealPlant(
        "collapse",
        "collapse",
        texts(lambda said, task, gold, split, n: SEVEN if task == SUM and n < 90 else said),
    ),
    RealPlant(
        "empty answers",
        "mishaps",
        texts(lambda said, task, gold, split, n: "" if task == SUM and n < 60 else said),
    ),
    RealPlant(
        "a jump: sums in French, which no parent knows",
        "jump",
        texts(lambda said, task, gold, split, n: said if task == SUM else gold),
    ),
    RealPlant("NaN creeping", "failures", _failing),
    RealPlant(
        "spend",
        "spend",
        _dear,
        "{spend: {money: 1, per_million_tokens: 5}}",
    ),
)


def halted(plant: RealPlant) -> Halted | None:
    """What halted a planted run; None where nothing did."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "judge.py").write_text(JUDGE, encoding="utf-8")
        recipe = parse_recipe(RECIPE.format(folder=folder, rails=plant.rails))
        permissions = Permissions(allow_python=True)
        workers = PlantedWorkers()
        workers.stage, workers.change = Stage(_items(recipe, permissions)), plant.change
        return ended(recipe, folder / "run", workers.stage.hear, workers)


def _items(
    recipe: Recipe, permissions: Permissions
) -> dict[tuple[Request, ...], tuple[str, str, Split]]:
    terms = prepare(recipe, permissions).benchmark.terms
    return {
        tuple(item.requests): (term.task.partition(":")[0], item.gold, split)
        for term in terms
        for split in Split
        for item in term.items[split]
    }
