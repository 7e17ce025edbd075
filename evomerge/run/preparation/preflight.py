"""All that can be checked before anything starts, and what the checks bring to light."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch

from evomerge.curriculum import Programs
from evomerge.device import choose_device
from evomerge.engine.kind import EngineKind
from evomerge.engine.registry import DEFAULT
from evomerge.errors import EvomergeError, ParentError, RecipeError
from evomerge.merge.ancestry.ancestry import NO_ANCESTRY, Ancestry
from evomerge.merge.ancestry.licensing import licensed_ancestry
from evomerge.merge.composition.composition import composition_name
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.plan.contract import check_contract, known_only
from evomerge.merge.plan.plan import Planner
from evomerge.merge.vocabulary.tokenizer import offspring_tokenizer
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Budget, Evolve, Genome, Recipe, digest, recipe_from, run_digest
from evomerge.run.preparation.benchmark import build_benchmark
from evomerge.run.preparation.closing import programs_of
from evomerge.run.preparation.principles import OpenedConstitution, open_constitution
from evomerge.run.preparation.prompting import check_chat_template
from evomerge.run.preparation.starting.starting import starts_of
from evomerge.run.preparation.tasks import find_tasks, open_tasks
from evomerge.score.benchmark import Benchmark
from evomerge.search import Vector
from evomerge.weights import Parent, settings_files

if TYPE_CHECKING:
    from evomerge.score.tasks.pool import Pool
    from evomerge.score.tasks.task import Task


@dataclass(frozen=True)
class Prepared:
    """A recipe whose parents and tasks are at hand and fit together."""

    recipe: Recipe
    parents: Mapping[str, Parent]
    content: Mapping[str, str]
    """Each parent's content hash."""
    tokenizer: Any
    """The offspring's, in whose tokens everything is asked."""
    benchmark: Benchmark
    tasks: Sequence[Task | Pool] = ()
    """What the benchmark's terms were made of, in their order."""
    starts: Sequence[Vector] = ()
    """The genomes that `start_from` names."""
    ancestry: Ancestry = NO_ANCESTRY
    """What the parents say of themselves."""
    permissions: Permissions = NOTHING
    """What the user allows the recipe beyond its own folder."""
    device: torch.device | None = None
    """Where a judge of this machine runs; None: on the GPU if there is one."""
    constitution: OpenedConstitution | None = None
    """What answers are held to beside the tasks; None where the recipe says nothing of it."""
    programs: Programs | None = None
    """Those that write and verify items; None where the recipe has none written."""

    @property
    def evolve(self) -> Evolve:
        """The recipe's `evolve:`."""
        assert self.recipe.evolve is not None
        return self.recipe.evolve

    @property
    def run_digest(self) -> str:
        """Names the search."""
        return run_digest(self.recipe, self.content, self.starts)

    @property
    def settings_hash(self) -> str:
        """Names how the parents are asked: their configs, generation configs and tokenizers."""
        sha256 = hashlib.sha256()
        for name, parent in self.parents.items():
            for file in settings_files(parent.folder, parent.tokenizer_folder):
                sha256.update(repr((name, file.name, file.read_bytes())).encode())
        return sha256.hexdigest()

    def digest(self, recipe: Recipe) -> str:
        """Names the weights of a recipe without genes over these parents."""
        return digest(known_only(recipe), self.content)

    def made_of(self, recipe: Recipe) -> str:
        """Names what a recipe without genes is made of: equal where its weights are, as far as
        that is known without making them.
        """
        try:
            return composition_name(recipe, self._planner)
        except EvomergeError:  # it cannot be made, which a worker will say
            return self.digest(recipe)

    @cached_property
    def _planner(self) -> Planner:
        return Planner(self.parents)

    def with_budget(self, budget: Budget) -> Prepared:
        """The same with another budget."""
        plain = self.recipe.plain()
        plain["evolve"]["budget"] = budget.model_dump(exclude_none=True)
        return replace(self, recipe=recipe_from(plain, self.recipe.source))

    def with_parents(self, recipe: Recipe, more: Sequence[Parent]) -> Prepared:
        """The same with another recipe, which draws on more parents."""
        parents = {**self.parents, **{parent.name: parent for parent in more}}
        content = {**self.content, **{parent.name: parent.content_hash for parent in more}}
        return replace(self, recipe=recipe, parents=parents, content=content)

    def starting(self, starts: Sequence[Vector] = ()) -> Prepared:
        """The same with other genomes to begin with, such as another recipe's."""
        return replace(self, starts=starts)


def prepare(
    recipe: Recipe,
    permissions: Permissions = NOTHING,
    device: torch.device | None = None,
    engine: EngineKind = DEFAULT,
) -> Prepared:
    """Check a recipe that is to be searched, and open what it names.

    Args:
        permissions: what the user allows the recipe beyond its own folder.
        device: where a judge of this machine runs; by default on the GPU if there is one.
        engine: what is to answer.

    Raises:
        UserError: something in it is wrong. Nothing has been written then.
    """
    if recipe.evolve is None:
        raise RecipeError(f"{recipe.at()}the recipe lacks the key 'evolve': nothing to search by")
    permissions = permissions.of_recipe_in(recipe.folder)
    find_tasks(recipe, permissions)  # a name that is wrong is told at once
    check_contract(recipe)
    parents = open_parents(recipe)
    ancestry = licensed_ancestry(recipe)
    content = check_weights(recipe, parents)
    _check_parents(recipe, parents, engine)
    starts = starts_of(recipe, parents, device or choose_device(None))
    tokenizer = offspring_tokenizer(recipe, parents).load()
    template = parents[recipe.template]
    tasks = open_tasks(recipe, permissions, device)
    check_chat_template(recipe, tokenizer)
    benchmark = build_benchmark(recipe, tasks, template, tokenizer)
    constitution = open_constitution(
        recipe, content, benchmark, template, tokenizer, permissions, device
    )
    opened = (parents, content, tokenizer, benchmark, tasks, starts, ancestry)
    programs = programs_of(recipe, tasks)
    return Prepared(recipe, *opened, permissions, device, constitution, programs)


def _check_parents(recipe: Recipe, parents: Mapping[str, Parent], engine: EngineKind) -> None:
    """Check that the engine can answer with them."""
    for name, parent in parents.items():
        try:
            engine.check(parent)
        except ParentError as error:
            at = recipe.at(*recipe.place_of_parent(name))
            raise ParentError(f"{at}{name}: {error}") from None


def require_genes(recipe: Recipe) -> None:
    """Check that there is something to search for.

    Raises:
        RecipeError: nothing is left open.
    """
    if not len(Genome(recipe)):
        raise RecipeError(
            f"{recipe.at()}the recipe has no genes, so there is nothing to search for; "
            "put {gene: {low: 0, high: 1}} where a number stands, or use `evomerge merge`"
        )
