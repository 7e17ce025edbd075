"""One model scored on a recipe's items: the `score` command as a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evomerge.device import choose_device
from evomerge.errors import RecipeError, SplitError, TrialError
from evomerge.ledger import SEEN, ItemScore, Registry, Split, State, registry_at
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.answer_file import check_answer_file, write_answers
from evomerge.run.references import check_scales
from evomerge.run.tasks import build_benchmark, check_chat_template, find_tasks, open_tasks
from evomerge.score.benchmark import Benchmark
from evomerge.score.item import Item
from evomerge.weights import open_parent
from evomerge.weights.tokenizer import load_tokenizer
from evomerge.workers.driver import answers as answers_of
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job


def score_model(
    model: str,
    recipe: Recipe,
    split: str,
    device: str | None = None,
    include_paths: Sequence[Path] = (),
    allow_python: bool = False,
    unseal: bool = False,
    registry: str | Path | None = None,
    answers: str | Path | None = None,
) -> dict[str, Any]:
    """Score a model in its own type, with its own tokenizer.

    That its scores were seen is noted in the registry, item by item.

    Args:
        model: a folder, `zoo:NAME`, or a Hub id; with `+adapter` for a LoRA adapter.
        split: "search" or "validation"; "test" only where it is unsealed.
        include_paths: folders of lm-eval tasks, trusted to run code when they are loaded.
        allow_python: whether functions that the recipe names may be run.
        unseal: whether sealed items may be scored too, this recipe's or another run's; it counts
            as an opening of them.
        registry: the file in which openings of sealed items are counted over all runs; by default
            the user's, "none" for none.
        answers: a file to make, with a line of JSON for each item: question, right answer, answer
            and score.

    Returns:
        `engine`, which names what answered; `fitness` (None where it is a share of the parents'
        range); and for each task its metric, its mean, and every item's id, document id in the task
        as lm-eval counts, and score (None of one that the metric does not count).

    Raises:
        UserError: model, recipe or split is wrong, or a run holds some of the items sealed.
        TrialError: the model gives values that are not finite.
    """
    allowed = [*Split] if unseal else [*SEEN]
    if split not in allowed:
        raise SplitError(
            f"split {split!r}: there are search and validation; test items are sealed, and "
            "--unseal opens them, which counts"
        )
    if recipe.evolve is None:
        raise RecipeError(f"{recipe.at()}the recipe lacks the key 'evolve': no tasks to score on")
    if answers is not None:
        check_answer_file(Path(answers))
    looks, where = registry_at(registry), choose_device(device)
    find_tasks(recipe, include_paths)  # a name that is wrong is told at once
    parent = open_parent(model)
    worker = LocalWorkers(where)
    worker.engine.check(parent)
    alone = recipe_from({"merge_method": "linear", "models": [{"model": model}]})
    tokenizer = load_tokenizer(parent.tokenizer_folder)
    tasks = open_tasks(recipe, include_paths, allow_python, where)
    check_chat_template(recipe, tokenizer)
    benchmark = build_benchmark(recipe, tasks, parent, tokenizer)
    ids = benchmark.ids(Split(split))
    if not unseal:
        _refuse_sealed(looks, ids)
    record = looks.note_scores(parent.content_hash, model, ids)
    if split == Split.TEST:
        benchmark.open_test(record)
    items = benchmark.items(Split(split))
    with worker.for_parents({model: parent}, tokenizer) as workers:
        (answer,) = answers_of(workers, [Job(0, alone, [item.requests for item in items])])
        engine = workers.engine.identity
    if answer.state is not State.SCORED:
        raise TrialError(f"{model}: {answer.reason}")
    scores = benchmark.grade(items, answer.responses)
    benchmark.require_counting(scores, Split(split))
    if answers is not None:
        write_answers(Path(answers), benchmark, items, answer.responses, scores)
    check_scales(recipe, benchmark, scores)
    means = benchmark.task_means(scores)
    fitness = _fitness(recipe, benchmark, means)
    by_task = _by_task(benchmark, items, scores, means)
    return {
        "model": model,
        "split": split,
        "engine": engine.plain(),
        "fitness": fitness,
        "tasks": by_task,
    }


def _by_task(
    benchmark: Benchmark,
    items: Sequence[Item],
    scores: Sequence[ItemScore],
    means: Mapping[str, float],
) -> dict[str, Any]:
    by_item = {(s.task, s.item): s.value if s.weight else None for s in scores}
    return {
        term.task: {
            "metric": term.metric,
            "weight": term.weight,
            "score": means.get(term.task),
            "items": [
                {"item": item.id, "doc_id": item.doc_id, "score": by_item[item.key]}
                for item in items
                if item.task == term.task
            ],
        }
        for term in benchmark.terms
        if any(item.task == term.task for item in items)
    }


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
