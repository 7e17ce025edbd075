"""The tasks that a recipe names made into a benchmark: items tokenized, sifted and split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from evomerge.errors import ParentError, RecipeError, SplitError
from evomerge.recipe import Recipe
from evomerge.score.benchmark import Benchmark, Term
from evomerge.score.duplicates import across, without_duplicates
from evomerge.score.item import Item
from evomerge.score.request import Generation
from evomerge.score.splits import SEEN, Split, assign
from evomerge.weights import Parent

if TYPE_CHECKING:
    from evomerge.score.harness import Recorder
    from evomerge.score.task import Task


def build_benchmark(
    recipe: Recipe,
    model: Parent,
    tokenizer: Any,
    include_paths: Sequence[Path],
    allow_python: bool = False,
    device: torch.device | None = None,
) -> Benchmark:
    """The items of a recipe's tasks, tokenized, without duplicates, and split.

    Args:
        model: its config says how long a text may be.
        allow_python: whether functions that the recipe names may be run.
        device: where a judge of this machine runs.

    Raises:
        RecipeError: a task or metric does not exist or cannot be used.
        SplitError: there are too few items.
    """
    from evomerge.score.harness import Recorder
    from evomerge.score.task import Task

    assert recipe.evolve is not None
    for path in include_paths:
        if not path.is_dir():
            raise RecipeError(f"--include-path {path}: no such folder")
    tasks = [
        Task(term, include_paths, recipe.at(*place), allow_python=allow_python, device=device)
        for place, term in recipe.evolve.terms
    ]
    _name_apart(recipe, tasks)
    if recipe.evolve.apply_chat_template and not getattr(tokenizer, "chat_template", None):
        at = recipe.at("evolve", "apply_chat_template")
        raise RecipeError(
            f"{at}apply_chat_template: the tokenizer has no chat template; "
            "the recipe can name one (chat_template: chatml)"
        )
    config = _load_config(model)
    recorder = Recorder(config, tokenizer)
    terms = [_term(recipe, number, task, recorder) for number, task in enumerate(tasks)]
    benchmark = Benchmark(_sifted(terms), recipe.evolve.aggregate)
    try:
        benchmark.check()
    except SplitError as error:
        raise SplitError(f"{recipe.at('evolve', 'fitness')}{error}") from None
    if benchmark.largest_token >= config.get_text_config().vocab_size:
        raise ParentError(f"{model.name}: its tokenizer has more tokens than the model")
    return benchmark


def _term(recipe: Recipe, number: int, task: Task, recorder: Recorder) -> Term:
    assert recipe.evolve is not None
    place, settings = recipe.evolve.terms[number]
    _check_floor(recipe, number)
    items, left_out = without_duplicates(task.build(recorder, recipe.evolve.apply_chat_template))
    divided = assign(items, recipe.evolve.splits_of(settings), recipe.at(*place))
    _check_floor_is_tested(recipe, number, divided)
    prompts = [recorder.tokenizer.decode(_shown(item)) for item in divided[Split.TEST]]
    return Term(
        task.name,
        task.metric,
        settings.weight,
        task.grading,
        divided,
        settings.floor,
        task.duplicates + len(left_out),
        task.leaks(divided[Split.TEST], prompts),
        task.source,
    )


def _shown(item: Item) -> Sequence[int]:
    """The tokens that the model is shown before it answers."""
    request = item.requests[0]
    if isinstance(request, Generation):
        return request.prompt
    return request.tokens[: len(request.tokens) - request.scored]


def _check_floor(recipe: Recipe, number: int) -> None:
    assert recipe.evolve is not None
    place, settings = recipe.evolve.terms[number]
    if settings.floor is not None and settings.floor.against not in ("best", *recipe.parent_names):
        raise RecipeError(
            f"{recipe.at(*place, 'floor')}floor: {settings.floor.against!r} is none of the parents "
            f"({', '.join(recipe.parent_names)}); name one, or say best"
        )


def _check_floor_is_tested(
    recipe: Recipe, number: int, divided: Mapping[Split, Sequence[Item]]
) -> None:
    assert recipe.evolve is not None
    place, settings = recipe.evolve.terms[number]
    if settings.floor is not None and not divided[Split.TEST]:
        raise SplitError(
            f"{recipe.at(*place, 'floor')}floor: {settings.subject} has no test items, so nothing "
            "would show that it is kept; give it some in splits"
        )


def _sifted(terms: Sequence[Term]) -> list[Term]:
    """The terms without search and validation items that nearly equal another's test items.

    Those that equal one exactly stay, to be refused with what to do about it.
    """
    sifted = {term.task: term for term in terms}
    for sealed, other in permutations(terms, 2):
        divided = dict(sifted[other.task].items)
        left_out = 0
        for split in SEEN:
            pairs = across(sealed.items[Split.TEST], divided[split])
            gone = {seen.id for test, seen in pairs if test.id != seen.id}
            divided[split] = [item for item in divided[split] if item.id not in gone]
            left_out += len(gone)
        if left_out:
            known = sifted[other.task]
            sifted[other.task] = replace(
                known, items=divided, duplicates=known.duplicates + left_out
            )
    return [sifted[term.task] for term in terms]


def _load_config(model: Parent) -> Any:
    from transformers import AutoConfig

    plain = {key: value for key, value in model.config.items() if key != "model_type"}
    try:
        return AutoConfig.for_model(model.config.get("model_type", ""), **plain)
    except Exception as error:  # whatever a config.json can do wrong
        raise ParentError(
            f"{model.name}: transformers cannot use its config.json ({error})"
        ) from None


def _name_apart(recipe: Recipe, tasks: Sequence[Task]) -> None:
    """Give the second of two terms on one task a name that says how it is judged."""
    assert recipe.evolve is not None
    first: dict[str, str] = {}
    for (place, _), task in zip(recipe.evolve.terms, tasks, strict=True):
        if task.term.name is None and first.get(task.name, task.metric) != task.metric:
            task.name += f":{task.metric.partition(' ')[0]}"
        if task.name in first:
            raise RecipeError(
                f"{recipe.at(*place)}the task {task.name} stands twice in the fitness; give one "
                "of them another name (name: ...)"
            )
        first[task.name] = task.metric
