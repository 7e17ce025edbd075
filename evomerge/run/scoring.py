"""One model scored on a recipe's items: the `score` command as a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evomerge.device import choose_device
from evomerge.engine.registry import DEFAULT, engine_of
from evomerge.engine.request import Response
from evomerge.errors import RecipeError, SplitError, TrialError
from evomerge.ledger import SEEN, Registry, Split, State, registry_at
from evomerge.new_file import check_new_file
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.answer_file import write_answers
from evomerge.run.baselines.references import check_scales
from evomerge.run.model_scores import ModelScores, by_task
from evomerge.run.preparation.benchmark import build_benchmark
from evomerge.run.preparation.prompting import check_chat_template
from evomerge.run.preparation.tasks import find_tasks, open_tasks
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.weights import Parent, open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.workers.driver import answers as answers_of
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job


def score_model(
    model: str,
    recipe: Recipe,
    split: str,
    device: str | None = None,
    permissions: Permissions = NOTHING,
    unseal: bool = False,
    registry: str | Path | None = None,
    answers: str | Path | None = None,
) -> ModelScores:
    """Score a model in its own type, with its own tokenizer.

    That its scores were seen is noted in the registry, item by item.

    Args:
        model: a folder, `zoo:NAME`, or a Hub id; with `+adapter` for a LoRA adapter.
        split: "search" or "validation"; "test" only where it is unsealed.
        permissions: what the user allows the recipe beyond its own folder.
        unseal: whether sealed items may be scored too, this recipe's or another run's; it counts
            as an opening of them.
        registry: the file in which openings of sealed items are counted over all runs; by default
            the user's, "none" for none.
        answers: a file to make, with a line of JSON for each item: question, right answer, answer
            and score.

    Raises:
        UserError: model, recipe or split is wrong, or a run holds some of the items sealed.
        TrialError: the model gives values that are not finite.
    """
    _check_request(recipe, split, unseal)
    if answers is not None:
        check_new_file(Path(answers), "--answers")
    looks, where = registry_at(registry), choose_device(device)
    permissions = permissions.of_recipe_in(recipe.folder)
    find_tasks(recipe, permissions)  # a name that is wrong is told at once
    workers = LocalWorkers(where, engine=engine_of(recipe) or DEFAULT)
    workers.engine.require(where)
    parent = open_parent(model)
    workers.engine.check(parent)
    tokenizer = load_tokenizer(parent.tokenizer_folder)
    tasks = open_tasks(recipe, permissions, where)
    check_chat_template(recipe, tokenizer)
    benchmark = build_benchmark(recipe, tasks, parent, tokenizer)
    ids = benchmark.ids(Split(split))
    if not unseal:
        _refuse_sealed(looks, ids)
    record = looks.note_scores(parent.content_hash, model, ids)
    if split == Split.TEST:
        benchmark.open_test(record)
    items = benchmark.items(Split(split))
    responses = _answers(workers, parent, tokenizer, items)
    scores = benchmark.grade(items, responses)
    benchmark.require_counting(scores, Split(split))
    if answers is not None:
        write_answers(Path(answers), benchmark, items, responses, scores)
    check_scales(recipe, benchmark, scores)
    means = benchmark.task_means(scores)
    fitness, scored = _fitness(recipe, benchmark, means), by_task(benchmark, items, scores, means)
    return ModelScores(model, split, workers.engine.identity, fitness, scored)


def _check_request(recipe: Recipe, split: str, unseal: bool) -> None:
    allowed = [*Split] if unseal else [*SEEN]
    if split not in allowed:
        raise SplitError(
            f"split {split!r}: there are search and validation; test items are sealed, and "
            "--unseal opens them, which counts"
        )
    if recipe.evolve is None:
        raise RecipeError(f"{recipe.at()}the recipe lacks the key 'evolve': no tasks to score on")


def _answers(
    workers: LocalWorkers, parent: Parent, tokenizer: Any, items: Sequence[Item]
) -> Sequence[Sequence[Response]]:
    """What a parent alone answers."""
    alone = recipe_from({"merge_method": "linear", "models": [{"model": parent.name}]})
    with workers.for_parents({parent.name: parent}, tokenizer) as running:
        (answer,) = answers_of(running, [Job(0, alone, [item.requests for item in items])])
    if answer.state is not State.SCORED:
        raise TrialError(f"{parent.name}: {answer.reason}")
    return answer.responses


def _refuse_sealed(registry: Registry, ids: Sequence[str]) -> None:
    """Refuse to print what some run on this machine holds sealed, whatever the recipe calls it."""
    sealed = registry.sealed(ids)
    if sealed:
        where, count = sealed.most_common(1)[0]
        raise SplitError(
            f"{count} of these {len(ids)} items are sealed test items of the run in {where}; "
            "--unseal scores them, which counts as an opening of them"
        )


def _fitness(recipe: Recipe, benchmark: Benchmark, means: Mapping[str, float]) -> float | None:
    if benchmark.how == "range":
        return None
    try:
        benchmark.aggregate.check(means)
    except RecipeError as error:
        raise RecipeError(f"{recipe.at('evolve', 'aggregate')}{error}") from None
    return benchmark.fitness(means)
