"""The benchmark of a recipe: its tasks' items sifted, grouped, divided, and asked in tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evomerge.errors import ParentError, RecipeError, SplitError
from evomerge.ledger import Split
from evomerge.recipe import FitnessTerm, Recipe
from evomerge.run.preparation.division import Divided, take_strays_out
from evomerge.run.preparation.goals import goals_of
from evomerge.run.preparation.prompting import recorder_for
from evomerge.score.benchmark import Benchmark
from evomerge.score.goals import goals_without_items
from evomerge.score.items.duplicates import without_duplicates
from evomerge.score.items.item import Item
from evomerge.score.items.kinship import Kinship, kinship
from evomerge.score.items.splits import assign
from evomerge.score.items.units import Units
from evomerge.score.proof.scale import Scale
from evomerge.score.tasks.term import Term
from evomerge.weights import Parent

if TYPE_CHECKING:
    from evomerge.score.harness import Recorder
    from evomerge.score.tasks.pool import Pool
    from evomerge.score.tasks.task import Task


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
    _check_floors(recipe)
    chat_template = recipe.evolve.apply_chat_template
    sifted = [without_duplicates(task.questions()) for task in tasks]
    docs = {item: doc for task in tasks for item, doc in task.docs.items()}
    kin = kinship([items for items, _ in sifted], docs)
    divisions = [
        assign(items, recipe.evolve.splits_of(settings), recipe.at(*place), kin.units)
        for (place, settings), (items, _) in zip(recipe.evolve.terms, sifted, strict=True)
    ]
    _check_sealed(recipe, divisions)
    strays = take_strays_out(divisions, kin.units)
    recorder = recorder_for(model, tokenizer)
    terms = []
    for number, task in enumerate(tasks):
        asked = _asked(task, divisions[number], recorder, chat_template, kin.units)
        left_out = task.duplicates + len(sifted[number][1]) + strays[number]
        settings = recipe.evolve.terms[number][1]
        terms.append(_term(settings, task, asked, recorder, chat_template, left_out, kin))
    benchmark = Benchmark(terms, recipe.evolve.aggregate, kin.units)
    _check(recipe, benchmark)
    if benchmark.largest_token >= recorder.model.config.get_text_config().vocab_size:
        raise ParentError(f"{model.name}: its tokenizer has more tokens than the model")
    return benchmark


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
    left_out: int,
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
        left_out,
        task.leaks(divided[Split.TEST], prompts),
        task.source,
        task.scale if settings.range is None else Scale(*settings.range),
        kin.found.get(task.name, {}),
        task.companions(divided[Split.TEST], recorder, chat_template),
        task.setup_cautions([item for items in divided.values() for item in items]),
        settings.aim,
    )


def _shown(item: Item) -> Sequence[int]:
    """The tokens that the model is shown before it answers; none of an empty text."""
    return item.requests[0].shown if item.requests else ()


def _check_floors(recipe: Recipe) -> None:
    """Refuse floors that are measured from something other than a parent."""
    assert recipe.evolve is not None
    for place, settings in recipe.evolve.terms:
        floor = settings.floor
        if floor is not None and floor.against not in ("best", *recipe.parent_names):
            raise RecipeError(
                f"{recipe.at(*place, 'floor')}floor: {floor.against!r} is none of the parents "
                f"({', '.join(recipe.parent_names)}); name one, or say best"
            )


def _check_sealed(recipe: Recipe, divisions: Sequence[Divided]) -> None:
    """Refuse floors that nothing would show to be kept."""
    assert recipe.evolve is not None
    for (place, settings), divided in zip(recipe.evolve.terms, divisions, strict=True):
        if settings.floor is not None and not divided[Split.TEST]:
            raise SplitError(
                f"{recipe.at(*place, 'floor')}floor: {settings.subject} has no test items, so "
                "nothing would show that it is kept; give it some in splits"
            )


def _check(recipe: Recipe, benchmark: Benchmark) -> None:
    """Refuse splits without items, and the geometric mean of a task that can score below 0."""
    for term in benchmark.terms:
        if benchmark.how == "geometric" and term.weight and term.scale and term.scale.low < 0:
            raise RecipeError(
                f"{recipe.at('evolve', 'aggregate')}{term.task} scores {term.scale.low:.3g} to "
                f"{term.scale.high:.3g}, and a geometric mean is for scores of 0 and more; "
                "aggregate by range"
            )
    for goal, split in goals_without_items(benchmark) if goals_of(recipe) else ():
        raise SplitError(
            f"{recipe.at('evolve', 'fitness')}{goal} is a goal and has no {split} items; give it "
            "some in splits, or weight: 0"
        )
    try:
        benchmark.check()
    except SplitError as error:
        raise SplitError(f"{recipe.at('evolve', 'fitness')}{error}") from None
