"""Is one offspring better than another? Paired by question, stratified by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.ledger import ItemScore
from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.bounded import bound
from evomerge.score.proof.comparison import Comparison, NonInferiority
from evomerge.score.proof.paired import pair
from evomerge.score.proof.scale import Scale
from evomerge.score.proof.studentized import studentize

ALPHA = 0.05

NOTHING_KNOWN: Mapping[str, Scale] = {}


def compare(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    aggregate: Aggregate,
    seed: int = 0,
    *,
    level: float = ALPHA,
    units: Units = ALONE,
    scales: Mapping[str, Scale] = NOTHING_KNOWN,
) -> Comparison:
    """Compare the fitness of two offspring scored on the same items.

    Scores that are 0 or 1 are compared by the studentized test. Others must pass the bound on a
    mean as well, which holds for whatever their scale allows; where no scale is known, nothing can
    be shown.

    Args:
        seed: of the resampling.
        level: one-sided.
        units: which items are drawn as one.
        scales: of the tasks; scores that are all 0 or 1 need none.

    Raises:
        ValueError: they were not scored on the same items, or on no task that counts.
    """
    tasks = aggregate.counted([score.task for score in ours])
    paired = pair(ours, theirs, tasks, units, scales)
    mine, other = paired.means
    difference = float(aggregate.of(mine, tasks) - aggregate.of(other, tasks))
    estimate = studentize(paired, aggregate, level)
    (low, high), p_value = estimate.interval(level), estimate.p_value
    if not paired.binary:
        bounded = bound(paired, aggregate, level, seed)
        low, high = min(low, bounded.lower), max(high, bounded.upper)
        p_value = max(p_value, bounded.p_value)
    counts = paired.questions, paired.units
    return Comparison(difference, (low, high), level, p_value, *counts, estimate.error)


def difference(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    aggregate: Aggregate,
    *,
    units: Units = ALONE,
    scales: Mapping[str, Scale] = NOTHING_KNOWN,
) -> tuple[float, float]:
    """The difference in fitness of two offspring, and its standard error over units.

    Args:
        units, scales: as for :func:`compare`, whose figures these are.

    Raises:
        ValueError: they were not scored on the same items, or on no task that counts.
    """
    tasks = aggregate.counted([score.task for score in ours])
    paired = pair(ours, theirs, tasks, units, scales)
    mine, other = (float(aggregate.of(means, tasks)) for means in paired.means)
    return mine - other, studentize(paired, aggregate, ALPHA).error


def compare_task(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    task: str,
    seed: int = 0,
    *,
    level: float = ALPHA,
    units: Units = ALONE,
    scales: Mapping[str, Scale] = NOTHING_KNOWN,
) -> Comparison:
    """Compare two offspring on one task alone, also one of weight 0.

    Raises:
        ValueError: they were not scored on the same items, or not on this task.
    """
    alone = Aggregate({task: 1.0})
    return compare(ours, theirs, alone, seed, level=level, units=units, scales=scales)


def non_inferior(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    task: str,
    margin: float,
    alpha: float,
    seed: int = 0,
    *,
    units: Units = ALONE,
    scales: Mapping[str, Scale] = NOTHING_KNOWN,
) -> NonInferiority:
    """Whether ours is less than a margin worse than theirs on a task.

    By the bound of :mod:`evomerge.score.proof.bounded`. Three items that are equal show nothing:
    their bound is -0.63 at alpha 0.05, and it takes about 60 to show a margin of 0.05.

    Args:
        margin: in the unit of the task's mean, 0 or more.
        alpha: error rate, one-sided.

    Raises:
        ValueError: they were not scored on the same items, or not on this task.
    """
    if all(score.task != task for score in ours):
        raise ValueError(f"no items of {task} were scored")
    paired = pair(ours, theirs, [task], units, scales)
    lower = bound(paired, Aggregate({task: 1.0}), alpha, seed).lower
    mine, other = paired.means
    difference = float((mine - other)[0])
    return NonInferiority(difference, lower, margin, lower > -margin, paired.questions)
