"""The models of a run that can be asked between two cycles: parents and elites, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from evomerge.engine.request import Request, Response
from evomerge.errors import EvomergeError
from evomerge.ledger import Cost, State
from evomerge.recipe import Recipe
from evomerge.recipe.writers import ELITE, LEADER
from evomerge.run.baselines.baselines import parent_recipes
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.workers.driver import answers
from evomerge.workers.protocol import Answer, Job, Workers


@dataclass(frozen=True)
class ModelAnswers:
    """What a model said, and what it took."""

    items: Sequence[Sequence[Response]]
    """For each item, the answers to its requests."""
    cost: Cost


@dataclass(frozen=True)
class Population:
    """Parents and elites, on workers that are open.

    Args:
        elites: best first.
    """

    parents: Mapping[str, Recipe]
    """What makes each of them, by the names that the recipe gives them."""
    elites: Sequence[Offspring]
    workers: Workers
    checkpoint: Callable[[], None]

    @classmethod
    @contextmanager
    def opened(
        cls,
        prepared: Prepared,
        elites: Sequence[Offspring],
        make_workers: MakeWorkers,
        checkpoint: Callable[[], None],
    ) -> Iterator[Population]:
        """Those of a recipe over root parents, and its elites.

        Args:
            prepared: with all parents that the elites are made of.
        """
        parents = {model.name: each for model, each in parent_recipes(prepared.recipe).items()}
        with make_workers(prepared) as workers:
            yield cls(parents, elites, workers, checkpoint)

    @property
    def all(self) -> list[Recipe]:
        """What makes each of them; elites last."""
        return [*self.parents.values(), *(elite.recipe for elite in self.elites)]

    def named(self, name: str, key: int) -> Recipe:
        """What makes the model of a name.

        Args:
            name: a parent's, `leader`, or `elite`.
            key: by which one of the elites is chosen.
        """
        if name == LEADER:
            return self.elites[0].recipe
        if name == ELITE:
            return self.elites[key % len(self.elites)].recipe
        return self.parents[name]

    def answer(
        self, recipes: Sequence[Recipe], requests: Sequence[Sequence[Sequence[Request]]]
    ) -> list[ModelAnswers]:
        """Have models answer.

        Args:
            recipes: of each model.
            requests: of each model's items.

        Raises:
            EvomergeError: one cannot be made, or gives values that are not finite.
            Stopped: the checkpoint said so.
        """
        jobs = [
            Job(key, recipe, asked)
            for key, (recipe, asked) in enumerate(zip(recipes, requests, strict=True))
        ]
        found = answers(self.workers, jobs, self.checkpoint)
        return [_answered(one) for one in found]


def _answered(answer: Answer) -> ModelAnswers:
    if answer.state is not State.SCORED:
        raise EvomergeError(f"a model of the population cannot be asked ({answer.reason})")
    return ModelAnswers(answer.responses, answer.cost)
