"""One model scored on a recipe's items: the `score` command as a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evomerge.device import choose_device
from evomerge.errors import RecipeError, SplitError, TrialError
from evomerge.ledger import State
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.tasks import build_benchmark
from evomerge.score.benchmark import Benchmark
from evomerge.score.splits import Split
from evomerge.weights import open_parent
from evomerge.weights.tokenizer import load_tokenizer
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job


def score_model(
    model: str,
    recipe: Recipe,
    split: str,
    device: str | None = None,
    include_paths: Sequence[Path] = (),
    allow_python: bool = False,
) -> dict[str, Any]:
    """Score a model in its own type, with its own tokenizer.

    Args:
        model: a folder, `zoo:NAME`, or a Hub id; with `+adapter` for a LoRA adapter.
        split: "search" or "validation"; test items are sealed.
        include_paths: folders of lm-eval tasks, trusted to run code when they are loaded.
        allow_python: whether functions that the recipe names may be run.

    Returns:
        `fitness` (None where it is a share of the parents' range), and for each task its metric,
        its mean, and every item's id, document id in the task as lm-eval counts, and score.

    Raises:
        UserError: model, recipe or split is wrong.
        TrialError: the model gives values that are not finite.
    """
    if split not in (Split.SEARCH, Split.VALIDATION):
        raise SplitError(f"split {split!r}: there are search and validation; test items are sealed")
    if recipe.evolve is None:
        raise RecipeError(f"{recipe.at()}the recipe lacks the key 'evolve': no tasks to score on")
    where = choose_device(device)
    parent = open_parent(model)
    alone = recipe_from({"merge_method": "linear", "models": [{"model": model}]})
    tokenizer = load_tokenizer(parent.folder)
    benchmark = build_benchmark(recipe, parent, tokenizer, include_paths, allow_python, where)
    items = benchmark.items(Split(split))
    with LocalWorkers({model: parent}, tokenizer, where) as workers:
        workers.submit(Job(0, alone, [item.requests for item in items]))
        answer = workers.collect(lambda: None)
    if answer.state is not State.SCORED:
        raise TrialError(f"{model}: {answer.reason}")
    scores = benchmark.grade(items, answer.responses)
    means = benchmark.task_means(scores)
    fitness = _fitness(recipe, benchmark, means)
    by_item = {(score.task, score.item): score for score in scores}
    tasks = {
        term.task: {
            "metric": term.metric,
            "weight": term.weight,
            "score": means[term.task],
            "items": [
                {"item": i.id, "doc_id": i.doc_id, "score": by_item[i.task, i.id].value}
                for i in items
                if i.task == term.task
            ],
        }
        for term in benchmark.terms
        if term.task in means
    }
    return {"model": model, "split": split, "fitness": fitness, "tasks": tasks}


def _fitness(recipe: Recipe, benchmark: Benchmark, means: Mapping[str, float]) -> float | None:
    if benchmark.how == "range":
        return None
    try:
        benchmark.aggregate.check(means)
    except RecipeError as error:
        raise RecipeError(f"{recipe.at('evolve', 'aggregate')}{error}") from None
    return benchmark.fitness(means)
