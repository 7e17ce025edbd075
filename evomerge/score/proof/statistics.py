"""Is one offspring better than another? Paired by item, stratified by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evomerge.ledger import ItemScore
from evomerge.score.proof.aggregate import Aggregate, Floats
from evomerge.score.proof.bootstrap import resample
from evomerge.score.proof.pairs import Pairs, pair
from evomerge.score.proof.permutation import permutation_p


@dataclass(frozen=True)
class Comparison:
    """A difference in fitness, ours minus theirs, and how sure it is."""

    difference: float
    ci95: tuple[float, float]
    """Bootstrap over the items of each task, with two more imagined: one as good for us as any
    could be, and one as bad (Agresti and Caffo 2000, Bonett and Price 2012 did so for binary
    scores). Without them the interval of a few items is too short, and of none that differ, 0."""
    p_value: float
    """Two-sided permutation test; see :func:`evomerge.score.proof.permutation.permutation_p`."""
    items: int


@dataclass(frozen=True)
class NonInferiority:
    """Whether a task has not become worse by as much as a margin."""

    difference: float
    """Ours minus theirs, in the unit of the task's mean."""
    lower: float
    """One-sided confidence bound of the difference."""
    margin: float
    shown: bool
    """The bound lies above minus the margin."""
    items: int


def compare(
    ours: Sequence[ItemScore], theirs: Sequence[ItemScore], aggregate: Aggregate, seed: int
) -> Comparison:
    """Compare the fitness of two offspring scored on the same items.

    Args:
        seed: of the resampling.

    Raises:
        ValueError: they were not scored on the same items, or on no task that counts.
    """
    every = pair(ours, theirs)
    tasks = aggregate.counted(list(every))
    pairs = [every[task] for task in tasks]
    generator = np.random.default_rng(seed)
    mine, other = np.array([one.means for one in pairs]).T
    drawn = np.array([resample(one, _win_and_loss(one), generator) for one in pairs])
    low, high = np.quantile(_difference(aggregate, tasks, *drawn.T.swapaxes(0, 1)), [0.025, 0.975])
    return Comparison(
        float(_difference(aggregate, tasks, mine, other)),
        (float(low), float(high)),
        _p_value(aggregate, pairs, generator),
        sum(one.items for one in pairs),
    )


def compare_task(
    ours: Sequence[ItemScore], theirs: Sequence[ItemScore], task: str, seed: int
) -> Comparison:
    """Compare two offspring on one task alone, also one of weight 0.

    Raises:
        ValueError: they were not scored on the same items, or not on this task.
    """
    return compare(ours, theirs, Aggregate({task: 1.0}), seed)


def non_inferior(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    task: str,
    margin: float,
    alpha: float,
    seed: int,
) -> NonInferiority:
    """Whether ours is less than a margin worse than theirs on a task.

    The bound is the alpha quantile of the bootstrap with one more imagined item, as bad for us as
    any could be. For binary scores without a win it is Clopper and Pearson's exact bound; for
    others it is that of Learned-Miller and Thomas 2019. Three items that are equal show nothing:
    their bound is -0.63 at alpha 0.05, and it takes about 60 to show a margin of 0.05.

    Args:
        margin: in the unit of the task's mean, 0 or more.
        alpha: error rate, one-sided.
        seed: of the resampling.

    Raises:
        ValueError: they were not scored on the same items, or not on this task.
    """
    every = pair(ours, theirs)
    if task not in every:
        raise ValueError(f"no items of {task} were scored")
    pairs = every[task]
    best, worst = pairs.extreme
    mine, other = resample(pairs, [(worst, best)], np.random.default_rng(seed))
    lower = float(np.quantile(mine - other, alpha))
    difference = pairs.means[0] - pairs.means[1]
    return NonInferiority(difference, lower, margin, lower > -margin, pairs.items)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected for how many there are: the chance of one false alarm among them all.

    Holm 1979: the smallest of m counts m times, the next m - 1 times, and none comes out below
    one that was smaller.
    """
    corrected, highest = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[name]))
        corrected[name] = highest
    return {name: corrected[name] for name in p_values}


def corrected_for_openings(p_value: float, openings: int) -> float:
    """A p-value, when the test items were opened so many times: Bonferroni's correction."""
    return min(1.0, p_value * openings)


def _win_and_loss(pairs: Pairs) -> list[tuple[float, float]]:
    best, worst = pairs.extreme
    return [(best, worst), (worst, best)]


def _difference(aggregate: Aggregate, tasks: Sequence[str], mine: Floats, other: Floats) -> Floats:
    """Of fitness; means of shape (..., tasks) give shape (...)."""
    return aggregate.of(mine, tasks) - aggregate.of(other, tasks)


def _p_value(aggregate: Aggregate, pairs: Sequence[Pairs], generator: np.random.Generator) -> float:
    """Swapping pairs moves the two means of a task apart around their middle, which stays."""
    tasks = [one.task for one in pairs]
    middle = np.array([sum(one.means) / 2 for one in pairs])
    if aggregate.linear:
        slopes = aggregate.gradient(dict(zip(tasks, middle, strict=True)))
        contributions = [slopes[one.task] * one.differences for one in pairs]
        return permutation_p([np.concatenate(contributions)], lambda s: s[..., 0], generator)
    return permutation_p(
        [one.differences for one in pairs],
        lambda sums: _difference(aggregate, tasks, middle + sums / 2, middle - sums / 2),
        generator,
    )
