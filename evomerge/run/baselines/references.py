"""Models that others are measured against: all must be scored, and their scores fit for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scipy.special import ndtri

from evomerge.errors import EvomergeError, RecipeError
from evomerge.ledger import ItemScore, Model, Split
from evomerge.recipe import Recipe
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.statistics import ALPHA, compare_task


def calibrate(
    evaluations: Evaluations, benchmark: Benchmark, models: Mapping[Model, Offspring], split: Split
) -> None:
    """Measure floors and ranges by the parents among models that have been scored on the split."""
    benchmark.calibrate(
        split,
        {
            model.name: benchmark.task_means(evaluations.scores(each, split))
            for model, each in models.items()
            if model.is_parent
        },
    )


def failures(
    evaluations: Evaluations, models: Mapping[Model, Offspring], split: Split
) -> dict[str, str]:
    """The labels of the models that could not be scored on a split, each with the reason."""
    found = {m.label: evaluations.results(each.digest, split).failure for m, each in models.items()}
    return {label: why for label, why in found.items() if why is not None}


def require(evaluations: Evaluations, models: Mapping[Model, Offspring], split: Split) -> None:
    """Check that all of them could be scored: no other model takes the place of one.

    Raises:
        EvomergeError: one of them could not.
    """
    for label, why in failures(evaluations, models, split).items():
        raise EvomergeError(
            f"{label} cannot be scored on the {split} items ({why}). A winner is measured against "
            "every parent and their plain average, so without it there is no verdict: mend it, "
            "take it out of the recipe, or try another dtype"
        )


def beyond_assumed(benchmark: Benchmark, scores: Sequence[ItemScore]) -> dict[str, str]:
    """By task, the score that a scale which is merely assumed has no room for, told."""
    assumed = {t.task: t.scale for t in benchmark.terms if t.scale and t.scale.assumed}
    found: dict[str, str] = {}
    for score in scores:
        scale = assumed.get(score.task)
        if scale is not None and not scale.low <= score.value <= scale.high:
            found.setdefault(
                score.task,
                f"{score.task}: an item scores {score.value:.3g}, and is taken to lie between "
                f"{scale.low:g} and {scale.high:g}; say what scores can be, range: [lowest, "
                "highest] (without limits a mean cannot be tested)",
            )
    return found


def check_scales(recipe: Recipe, benchmark: Benchmark, scores: Sequence[ItemScore]) -> None:
    """Check that no score lies beyond a scale which was merely assumed.

    Raises:
        RecipeError: one does, and the recipe must say what scores can be.
    """
    assert recipe.evolve is not None
    found = beyond_assumed(benchmark, scores)
    for (place, _), term in zip(recipe.evolve.terms, benchmark.terms, strict=False):
        if term.task in found:
            raise RecipeError(f"{recipe.at(*place)}{found[term.task]}")


def check_aggregate(
    benchmark: Benchmark,
    scores: Mapping[Model, Sequence[ItemScore]],
    split: Split,
) -> None:
    """Check that scores like these can become one fitness.

    Args:
        scores: of parents and uniform merge on the split.

    Raises:
        RecipeError: the geometric mean of a negative score, or of a task at which nobody scores;
            shares of a range that is nothing but noise.
    """
    means = {model: benchmark.task_means(of_model) for model, of_model in scores.items()}
    for of_model in means.values():
        benchmark.aggregate.check(of_model)
    if split is not Split.SEARCH:
        return
    for task in benchmark.aggregate.counted([*next(iter(means.values()))]):
        if benchmark.how == "geometric" and not any(m[task] for m in means.values()):
            raise RecipeError(
                f"every parent scores 0 at {task}, and a geometric mean counts the first right "
                "answer there for more than all others; aggregate raw, or give it weight 0"
            )
        if benchmark.how == "range":
            parents = [model for model in scores if model.is_parent]
            ordered = sorted(parents, key=lambda model: means[model][task])
            worst, best = ordered[0], ordered[-1]
            between = compare_task(scores[best], scores[worst], task, units=benchmark.units)
            # Any two might have been these, in either order.
            pairs = max(1, len(ordered) * (len(ordered) - 1))
            if between.errors < -float(ndtri(ALPHA / pairs)):
                raise RecipeError(
                    f"the parents cannot be told apart at {task}: {means[worst][task]:.3g} to "
                    f"{means[best][task]:.3g} on {between.items} items is a range that chance "
                    "makes; aggregate raw, give it weight 0, or more search items"
                )
