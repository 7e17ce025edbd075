"""All that can be checked before anything starts, and what the checks bring to light."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from evomerge.errors import ParentError, RecipeError, SplitError
from evomerge.merge.bank import check_live
from evomerge.merge.contract import check_contract, method_of
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.stream import tokenizer_parent
from evomerge.recipe import Evolve, Genome, Recipe, digest, run_digest
from evomerge.score.benchmark import Benchmark, Term
from evomerge.score.generation import check_generation_config
from evomerge.score.splits import assign
from evomerge.score.tokenizer import load_tokenizer
from evomerge.weights import Parent, settings_files

if TYPE_CHECKING:
    from evomerge.score.harness import HarnessTask


@dataclass(frozen=True)
class Prepared:
    """A recipe whose parents and tasks are at hand and fit together."""

    recipe: Recipe
    parents: Mapping[str, Parent]
    content: Mapping[str, str]
    """Each parent's content hash."""
    tokenizer_folder: Path
    tokenizer: Any
    benchmark: Benchmark

    @property
    def evolve(self) -> Evolve:
        """The recipe's `evolve:`."""
        assert self.recipe.evolve is not None
        return self.recipe.evolve

    @property
    def run_digest(self) -> str:
        """Names the search."""
        return run_digest(self.recipe, self.content)

    @property
    def settings_hash(self) -> str:
        """Names how the parents are asked: their configs, generation configs and tokenizers."""
        sha256 = hashlib.sha256()
        for name, parent in self.parents.items():
            for file in settings_files(parent.folder):
                sha256.update(repr((name, file.name, file.read_bytes())).encode())
        return sha256.hexdigest()

    def digest(self, recipe: Recipe) -> str:
        """Names the weights of a recipe without genes over these parents."""
        return digest(recipe, self.content)

    def with_parents(self, recipe: Recipe, more: Sequence[Parent]) -> Prepared:
        """The same with another recipe, which draws on more parents."""
        parents = {**self.parents, **{parent.name: parent for parent in more}}
        content = {**self.content, **{parent.name: parent.content_hash for parent in more}}
        return replace(self, recipe=recipe, parents=parents, content=content)


def prepare(
    recipe: Recipe,
    include_paths: Sequence[Path] = (),
    allow_python: bool = False,
    device: torch.device | None = None,
) -> Prepared:
    """Check a recipe that is to be searched, and open what it names.

    Args:
        include_paths: folders of lm-eval tasks, trusted to run code when they are loaded.
        allow_python: whether functions that the recipe names may be run.
        device: where a judge of this machine runs; by default on the GPU if there is one.

    Raises:
        UserError: something in it is wrong. Nothing has been written then.
    """
    if recipe.evolve is None:
        raise RecipeError(f"{recipe.at()}the recipe lacks the key 'evolve': nothing to search by")
    check_contract(recipe)
    parents = open_parents(recipe)
    content = check_weights(recipe, parents)
    tokenizer_folder = tokenizer_parent(recipe, parents).folder
    for name, parent in parents.items():
        try:
            check_generation_config(parent.folder)
            check_live(parent)
        except ParentError as error:
            at = recipe.at(*recipe.place_of_parent(name))
            raise ParentError(f"{at}{name}: {error}") from None
    tokenizer = load_tokenizer(tokenizer_folder)
    benchmark = build_benchmark(
        recipe, tokenizer_folder, tokenizer, include_paths, allow_python, device
    )
    return Prepared(recipe, parents, content, tokenizer_folder, tokenizer, benchmark)


def require_genes(recipe: Recipe) -> None:
    """Check what a search needs of a recipe.

    Raises:
        RecipeError: nothing is left open, or the method takes no more parents for another cycle.
    """
    if not len(Genome(recipe)):
        raise RecipeError(
            f"{recipe.at()}the recipe has no genes, so there is nothing to search for; "
            "put {gene: {low: 0, high: 1}} where a number stands, or use `evomerge merge`"
        )
    if recipe.evolve and recipe.evolve.cycles > 1:
        if recipe.models is None or method_of(recipe).models[1] is not None:
            raise RecipeError(
                f"{recipe.at('evolve', 'cycles')}{recipe.merge_method} takes no more parents, "
                "so elites cannot join in a second cycle"
            )


def _load_config(folder: Path) -> Any:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:  # whatever a config.json can do wrong
        raise ParentError(f"{folder}: transformers cannot use its config.json ({error})") from None


def build_benchmark(
    recipe: Recipe,
    folder: Path,
    tokenizer: Any,
    include_paths: Sequence[Path],
    allow_python: bool = False,
    device: torch.device | None = None,
) -> Benchmark:
    """The items of a recipe's tasks, tokenized and split.

    Args:
        folder: model folder with the config that says how long a text may be.
        allow_python: whether functions that the recipe names may be run.
        device: where a judge of this machine runs.

    Raises:
        RecipeError: a task or metric does not exist or cannot be used.
        SplitError: there are too few items.
    """
    from evomerge.score.harness import HarnessTask, Recorder

    assert recipe.evolve is not None
    for path in include_paths:
        if not path.is_dir():
            raise RecipeError(f"--include-path {path}: no such folder")
    tasks = [
        HarnessTask(
            term,
            include_paths,
            recipe.at("evolve", "fitness", index),
            allow_python=allow_python,
            device=device,
        )
        for index, term in enumerate(recipe.evolve.fitness)
    ]
    _name_apart(recipe, tasks)
    if recipe.evolve.apply_chat_template and not getattr(tokenizer, "chat_template", None):
        at = recipe.at("evolve", "apply_chat_template")
        raise RecipeError(
            f"{at}apply_chat_template: the tokenizer in {folder} has no chat template"
        )
    config = _load_config(folder)
    recorder = Recorder(config, tokenizer)
    terms = []
    for index, task in enumerate(tasks):
        items = task.build(recorder, recipe.evolve.apply_chat_template)
        sizes = recipe.evolve.splits_of(task.term)
        divided = assign(items, sizes, recipe.at("evolve", "fitness", index))
        terms.append(
            Term(
                task.name,
                task.metric,
                task.term.weight,
                task,
                divided,
                task.duplicates,
                task.source,
            )
        )
    benchmark = Benchmark(terms)
    try:
        benchmark.check()
    except SplitError as error:
        raise SplitError(f"{recipe.at('evolve', 'fitness')}{error}") from None
    if benchmark.largest_token >= config.get_text_config().vocab_size:
        raise ParentError(f"{folder}: its tokenizer has more tokens than the model")
    return benchmark


def _name_apart(recipe: Recipe, tasks: Sequence[HarnessTask]) -> None:
    """Give the second of two terms on one task a name that says how it is judged."""
    first: dict[str, str] = {}
    for index, task in enumerate(tasks):
        if task.term.name is None and first.get(task.name, task.metric) != task.metric:
            task.name += f":{task.metric.partition(' ')[0]}"
        if task.name in first:
            raise RecipeError(
                f"{recipe.at('evolve', 'fitness', index)}the task {task.name} stands twice in the "
                "fitness; give one of them another name (name: ...)"
            )
        first[task.name] = task.metric
