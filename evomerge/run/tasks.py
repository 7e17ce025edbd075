"""The tasks that a recipe names made into a benchmark: sifted, grouped, split, and tokenized."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from evomerge.errors import ParentError, RecipeError, SplitError
from evomerge.ledger import SEEN, Split
from evomerge.recipe import FitnessTerm, Recipe
from evomerge.score.benchmark import Benchmark
from evomerge.score.duplicates import without_duplicates
from evomerge.score.item import Item
from evomerge.score.kinship import Kinship, kinship
from evomerge.score.members import Library, Members
from evomerge.score.mistakes import Mistakes
from evomerge.score.proof.scale import Scale
from evomerge.score.splits import assign
from evomerge.score.term import Term
from evomerge.score.units import Units
from evomerge.weights import Parent
from evomerge.weights.known import generation_settings, known

if TYPE_CHECKING:
    from evomerge.score.harness import Recorder
    from evomerge.score.pool import Pool
    from evomerge.score.task import Task

Divided = dict[Split, list[Item]]


def find_tasks(recipe: Recipe, include_paths: Sequence[Path]) -> list[Members]:
    """What the terms of a recipe name, in its order; nothing is loaded yet. Of a text, nothing.

    Raises:
        RecipeError: there is no such task, group, tag or folder.
    """
    assert recipe.evolve is not None
    for path in include_paths:
        if not path.is_dir():
            raise RecipeError(f"--include-path {path}: no such folder")
    library, found = Library([path.resolve() for path in include_paths]), []
    for place, term in recipe.evolve.terms:
        try:
            named = term.text is None
            found.append(library.members(term.subject) if named else Members(term.subject, ()))
        except RecipeError as error:
            raise Mistakes(term, recipe.at(*place)).found(str(error)) from None
    return found


def open_tasks(
    recipe: Recipe,
    include_paths: Sequence[Path],
    allow_python: bool = False,
    device: torch.device | None = None,
) -> list[Task | Pool]:
    """The tasks and texts that a recipe is scored on, in its order.

    Args:
        allow_python: whether functions that the recipe names may be run.
        device: where a judge of this machine runs.

    Raises:
        RecipeError: a task or metric does not exist or cannot be used.
    """
    from evomerge.score.pool import open_term

    assert recipe.evolve is not None
    tasks = [
        open_term(
            term,
            members,
            include_paths,
            recipe.at(*place),
            allow_python,
            device,
            asking=recipe.evolve.asking_of(term),
            seed=recipe.evolve.seed,
        )
        for (place, term), members in zip(
            recipe.evolve.terms, find_tasks(recipe, include_paths), strict=True
        )
    ]
    _check_thoughts(recipe, tasks)
    _name_apart(recipe, tasks)
    return tasks


def build_benchmark(
    recipe: Recipe, tasks: Sequence[Task | Pool], model: Parent, tokenizer: Any
) -> Benchmark:
    """The items of a recipe's tasks, without duplicates, grouped, split, and tokenized.

    Args:
        tasks: of :func:`open_tasks`.
        model: its config says how long a text may be.

    Raises:
        RecipeError: the prompts of a task cannot be built.
        SplitError: there are too few items.
    """
    assert recipe.evolve is not None
    for number in range(len(tasks)):
        _check_floor(recipe, number)
    sifted = [without_duplicates(task.questions()) for task in tasks]
    docs = {item: doc for task in tasks for item, doc in task.docs.items()}
    kin = kinship([items for items, _ in sifted], docs)
    divided = [
        _divided(recipe, number, items, kin.units) for number, (items, _) in enumerate(sifted)
    ]
    strays = _take_strays_out(divided, kin.units)
    recorder = recorder_for(model, tokenizer)
    terms = [
        _term(
            recipe.evolve.terms[number][1],
            task,
            _asked(task, divided[number], recorder, recipe.evolve.apply_chat_template, kin.units),
            recorder,
            recipe.evolve.apply_chat_template,
            task.duplicates + len(sifted[number][1]) + strays[number],
            kin,
        )
        for number, task in enumerate(tasks)
    ]
    benchmark = Benchmark(terms, recipe.evolve.aggregate, kin.units)
    _check_scales(recipe, terms)
    try:
        benchmark.check()
    except SplitError as error:
        raise SplitError(f"{recipe.at('evolve', 'fitness')}{error}") from None
    if benchmark.largest_token >= recorder.model.config.get_text_config().vocab_size:
        raise ParentError(f"{model.name}: its tokenizer has more tokens than the model")
    return benchmark


def recorder_for(model: Parent, tokenizer: Any) -> Recorder:
    """What builds prompts for a model.

    Raises:
        ParentError: transformers cannot use its config.
    """
    from evomerge.score.harness import Recorder

    generation = generation_settings(model.config, model.generation_config)
    return Recorder(_load_config(model), tokenizer, generation)


def _divided(recipe: Recipe, number: int, items: Sequence[Item], units: Units) -> Divided:
    assert recipe.evolve is not None
    place, settings = recipe.evolve.terms[number]
    divided = assign(items, recipe.evolve.splits_of(settings), recipe.at(*place), units)
    if settings.floor is not None and not divided[Split.TEST]:
        raise SplitError(
            f"{recipe.at(*place, 'floor')}floor: {settings.subject} has no test items, so nothing "
            "would show that it is kept; give it some in splits"
        )
    return divided


def _take_strays_out(divided: Sequence[Divided], units: Units) -> list[int]:
    """Take out search and validation items that hang together with another term's test items.

    Those that are the same document stay, to be refused with what to do about it.

    Returns:
        How many were taken from each term.
    """
    strays = [0] * len(divided)
    for sealed, other in permutations(range(len(divided)), 2):
        ids = {item.id for item in divided[sealed][Split.TEST]}
        names = {units.unit(item) for item in ids}
        for split in SEEN:
            before = divided[other][split]
            kept = [i for i in before if i.id in ids or units.unit(i.id) not in names]
            divided[other][split] = kept
            strays[other] += len(before) - len(kept)
    return strays


def _asked(
    task: Task | Pool, divided: Divided, recorder: Recorder, chat_template: bool, units: Units
) -> Divided:
    """The items with what is asked for them."""
    every = [item for items in divided.values() for item in items]
    asked = task.ask(every, recorder, chat_template, divided[Split.SEARCH], units)
    by_id = {item.id: item for item in asked}
    made = {split: [by_id[item.id] for item in items] for split, items in divided.items()}
    task.divided(made)
    return made


def _term(
    settings: FitnessTerm,
    task: Task | Pool,
    divided: Divided,
    recorder: Recorder,
    chat_template: bool,
    duplicates: int,
    kin: Kinship,
) -> Term:
    prompts = [recorder.tokenizer.decode(_shown(item)) for item in divided[Split.TEST]]
    return Term(
        task.name,
        task.metric,
        settings.weight,
        task.grader,
        divided,
        settings.floor,
        duplicates,
        task.leaks(divided[Split.TEST], prompts),
        task.source,
        task.scale if settings.range is None else Scale(*settings.range),
        kin.found.get(task.name, {}),
        task.companions(divided[Split.TEST], recorder, chat_template),
        task.setup_cautions([item for items in divided.values() for item in items]),
    )


def _shown(item: Item) -> Sequence[int]:
    """The tokens that the model is shown before it answers; none of an empty text."""
    return item.requests[0].shown if item.requests else ()


def _check_floor(recipe: Recipe, number: int) -> None:
    assert recipe.evolve is not None
    place, settings = recipe.evolve.terms[number]
    if settings.floor is not None and settings.floor.against not in ("best", *recipe.parent_names):
        raise RecipeError(
            f"{recipe.at(*place, 'floor')}floor: {settings.floor.against!r} is none of the parents "
            f"({', '.join(recipe.parent_names)}); name one, or say best"
        )


def _check_scales(recipe: Recipe, terms: Sequence[Term]) -> None:
    """Refuse the geometric mean of a task that can score below 0."""
    assert recipe.evolve is not None
    for term in terms:
        if recipe.evolve.aggregate == "geometric" and term.weight and term.scale:
            if term.scale.low < 0:
                raise RecipeError(
                    f"{recipe.at('evolve', 'aggregate')}{term.task} scores {term.scale.low:.3g} to "
                    f"{term.scale.high:.3g}, and a geometric mean is for scores of 0 and more; "
                    "aggregate by range"
                )


def _load_config(model: Parent) -> Any:
    try:
        return known(model.config)
    except Exception as error:  # whatever a config.json can do wrong
        raise ParentError(
            f"{model.name}: transformers cannot use its config.json ({error})"
        ) from None


def check_chat_template(recipe: Recipe, tokenizer: Any) -> None:
    """Check that prompts can be wrapped as the recipe asks.

    Raises:
        RecipeError: they are to be chat turns, and the tokenizer has no chat template; or arguments
            are given to one that is not applied.
    """
    evolve = recipe.evolve
    assert evolve is not None
    if evolve.apply_chat_template and not getattr(tokenizer, "chat_template", None):
        at = recipe.at("evolve", "apply_chat_template")
        raise RecipeError(
            f"{at}apply_chat_template: the tokenizer has no chat template; "
            "the recipe can name one (chat_template: chatml)"
        )
    key = "chat_template_args"
    for place, settings in ((("evolve",), evolve), *evolve.terms):
        if settings.chat_template_args and not evolve.apply_chat_template:
            raise RecipeError(
                f"{recipe.at(*place, key)}{key}: no chat template is applied; say "
                "apply_chat_template: true"
            )


def _check_thoughts(recipe: Recipe, tasks: Sequence[Task | Pool]) -> None:
    """Refuse an end of thoughts where no task has answers that a thought could stand before."""
    assert recipe.evolve is not None
    if recipe.evolve.think_end and not any(task.generates for task in tasks):
        at = recipe.at("evolve", "think_end")
        raise RecipeError(f"{at}think_end: no task generates answers, so it would have no effect")


def _name_apart(recipe: Recipe, tasks: Sequence[Task | Pool]) -> None:
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
