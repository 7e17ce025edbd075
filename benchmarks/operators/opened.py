"""A set of parents held ready: what recipes over it score, and what a search of numbers finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.operators.entries import Entry
from benchmarks.operators.sets import ParentSet
from evomerge import Permissions
from evomerge.ledger import ItemScore, ItemsOpened, Split, State
from evomerge.recipe import Genome, Recipe, recipe_from
from evomerge.run.preparation.preflight import prepare
from evomerge.search import Outcome
from evomerge.search.algorithms import ALGORITHMS
from evomerge.search.kind import Problem
from evomerge.workers.driver import answers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job

POPULATION, SIGMA = 8, 0.2
"""Of the search of numbers."""
FINALISTS = 2
"""Best candidates of a search that are scored on validation items, beside the mean of where it
looked last."""


@dataclass(frozen=True)
class Found:
    """The numbers that a search has found."""

    recipe: Recipe
    validation: float


class OpenedSet:
    """One worker's view of a set; to be used as a context.

    Args:
        folder: where the parents and tasks were made.
    """

    def __init__(self, parents: ParentSet, folder: Path) -> None:
        self.parents, self.models = parents, parents.models(folder)
        self._evolve: dict[str, Any] = {
            "fitness": parents.terms,
            "splits": parents.splits,
            "search": {"algorithm": "cma-es"},
            "budget": {"evaluations": 1},
        }
        start = self.genome(Entry("", "task_arithmetic", ("weight",))).recipe
        prepared = prepare(start, Permissions(include_paths=(folder / "tasks",)))
        self.benchmark = prepared.benchmark
        self.benchmark.open_test(ItemsOpened("in a benchmark"))
        self._workers = LocalWorkers(cores=1).for_parents(prepared.parents, prepared.tokenizer)

    def __enter__(self) -> Self:
        self._workers.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._workers.__exit__(kind, error, trace)

    def genome(self, entry: Entry) -> Genome:
        """The numbers of an entry over these parents."""
        return Genome(recipe_from(entry.recipe(self.models, self._evolve)))

    @cached_property
    def _items(self) -> dict[Split, Any]:
        return {split: self.benchmark.items(split) for split in Split}

    def scores(self, recipe: Recipe, split: Split) -> list[ItemScore] | None:
        """What a recipe without genes scores on each item; None where it fails."""
        items = self._items[split]
        (answer,) = answers(self._workers, [Job(0, recipe, [item.requests for item in items])])
        if answer.state is not State.SCORED:
            return None
        return self.benchmark.grade(items, answer.responses)

    def fitness(self, recipe: Recipe, split: Split) -> float | None:
        """The mean over tasks of what it scores; None where it fails."""
        scores = self.scores(recipe, split)
        if scores is None:
            return None
        return self.benchmark.fitness(self.benchmark.task_means(scores))

    def by_task(self, recipe: Recipe, split: Split) -> dict[str, dict[str, float]]:
        """What a recipe that did not fail scores, by task and item."""
        scores = self.scores(recipe, split)
        assert scores is not None
        made: dict[str, dict[str, float]] = {}
        for score in scores:
            made.setdefault(score.task, {})[score.item] = score.value
        return made

    def search(self, entry: Entry, evaluations: int, seed: int) -> Found:
        """CMA-ES over an entry's numbers by search items, and the choice by validation items."""
        genome = self.genome(entry)
        if not len(genome):
            return self._best([genome.decode(())])
        problem = Problem(genome.start, genome.choices)
        kind = ALGORITHMS["cma-es"]
        settings = kind.settings(population=POPULATION, sigma=SIGMA)
        algorithm = kind.make(problem, settings, seed)
        told = list[tuple[float, int, Recipe]]()
        for number in range(evaluations):
            (candidate,) = algorithm.ask(1)
            recipe = genome.decode(candidate.genome)
            fitness = self.fitness(recipe, Split.SEARCH)
            algorithm.tell(candidate, outcome_of(fitness))
            told.append((-1.0 if fitness is None else fitness, -number, recipe))
        best = sorted(told, key=lambda one: one[:2], reverse=True)[:FINALISTS]
        mean = algorithm.mean()
        recipes = [recipe for _, _, recipe in best]
        return self._best(recipes + ([genome.decode(mean)] if mean is not None else []))

    def _best(self, recipes: list[Recipe]) -> Found:
        """The best by validation items; of equals the first."""
        each = [(self.fitness(recipe, Split.VALIDATION), recipe) for recipe in recipes]
        done = [(fitness, recipe) for fitness, recipe in each if fitness is not None]
        fitness, recipe = max(done, key=lambda one: one[0])
        return Found(recipe, fitness)


def outcome_of(fitness: float | None) -> Outcome:
    """What an algorithm is told."""
    return Outcome(failure="it failed") if fitness is None else Outcome((fitness,))
