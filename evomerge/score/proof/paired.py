"""Two models' scores on the same items, added up over what hangs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evomerge.ledger import ItemKey, ItemScore
from evomerge.score.items.units import Units
from evomerge.score.proof.aggregate import Floats
from evomerge.score.proof.scale import BINARY, Scale


@dataclass(frozen=True)
class Paired:
    """Sums over the items of each unit, task by task. Units stand in the order of their names,
    whatever order items were scored or stored in: resampling draws by position.

    Arrays have shape (units, tasks).
    """

    tasks: tuple[str, ...]
    weights: Floats
    """Of a unit's items in the task's mean, added up; 0 where it has none in the task."""
    ours: Floats
    """Weight times score, added up."""
    theirs: Floats
    scales: tuple[Scale | None, ...]
    """Of each task; None where it is not known what its items can score."""
    most: Floats
    """The largest difference of an item's two scores in each task, shape (tasks,)."""
    questions: int

    @property
    def units(self) -> int:
        """How many there are."""
        return len(self.weights)

    @property
    def means(self) -> tuple[Floats, Floats]:
        """Our mean and theirs in each task, each shape (tasks,)."""
        total = self.weights.sum(axis=0)
        return self.ours.sum(axis=0) / total, self.theirs.sum(axis=0) / total

    @property
    def binary(self) -> bool:
        """Whether all scores are 0 or 1, by what is known of the tasks."""
        return all(scale is not None and scale.binary for scale in self.scales)

    def largest(self, rows: NDArray[np.intp]) -> Floats:
        """The weights of a unit that is as much of the tasks' items as the largest of these units
        is, and made up as all of them together are; shape (tasks,).
        """
        share = (self.weights / self.weights.sum(axis=0)).sum(axis=1)[rows]
        whole = self.weights[rows].sum(axis=0)
        return np.asarray(whole * (share.max() / share.sum()))

    def with_units(self, weights: Floats, ours: Floats, theirs: Floats) -> Paired:
        """The same with further units, given as means: weights of shape (more, tasks), and the
        score of all items of a task, shape (tasks,) or (more, tasks).
        """
        return Paired(
            self.tasks,
            np.concatenate([self.weights, weights]),
            np.concatenate([self.ours, weights * ours]),
            np.concatenate([self.theirs, weights * theirs]),
            self.scales,
            self.most,
            self.questions,
        )


def pair(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    tasks: Sequence[str],
    units: Units,
    scales: Mapping[str, Scale],
) -> Paired:
    """Pair two models' scores on some tasks.

    An item that counts for one of the two alone counts for neither: nobody gains by an answer that
    a metric leaves out. Of a task in which no item counts for both, all do, as if they were equal.

    Args:
        scales: what is known of the tasks; one that has none has binary scores if these are.

    Raises:
        ValueError: they were not scored on the same items, each once.
    """
    keys, weight, pairs = _counted(ours, theirs, tasks)
    names, rows = np.unique([units.unit(item) for _, item in keys], return_inverse=True)
    columns = np.array([tasks.index(key[0]) for key in keys], dtype=int)
    first, second = (np.array([_clipped(s, scales) for s in scores], float) for scores in pairs)

    def summed(values: Floats) -> Floats:
        sums = np.zeros((len(names), len(tasks)))
        np.add.at(sums, (rows, columns), values)
        return sums

    seen = [_seen_scale(first[columns == at], second[columns == at]) for at in range(len(tasks))]
    most = np.zeros(len(tasks))
    np.maximum.at(most, columns, np.abs(first - second))
    return Paired(
        tuple(tasks),
        summed(weight),
        summed(weight * first),
        summed(weight * second),
        tuple(scales.get(task) or one for task, one in zip(tasks, seen, strict=True)),
        most,
        units.count_questions(key[1] for key in keys),
    )


def _counted(
    ours: Sequence[ItemScore], theirs: Sequence[ItemScore], tasks: Sequence[str]
) -> tuple[list[ItemKey], Floats, tuple[list[ItemScore], list[ItemScore]]]:
    """The items of some tasks that count, the weight of each, and both models' scores on them."""
    mine, other = ({score.key: score for score in scores} for scores in (ours, theirs))
    once = len(mine) == len(ours) and len(other) == len(theirs)
    if not once or set(mine) != set(other):
        raise ValueError("only offspring scored on the same items, each once, can be compared")
    weights = {key: min(mine[key].weight, other[key].weight) for key in mine if key[0] in tasks}
    for key in _of_no_weight(weights):
        weights[key], other[key] = 1.0, mine[key]
    # Sorted, so that sums come out the same in whatever order scores are given.
    keys = sorted(key for key, weight in weights.items() if weight)
    weight = np.array([weights[key] for key in keys], dtype=float)
    return keys, weight, ([mine[key] for key in keys], [other[key] for key in keys])


def _of_no_weight(weights: Mapping[tuple[str, str], float]) -> list[tuple[str, str]]:
    """The items of tasks in which nothing counts."""
    counted = {key[0] for key, weight in weights.items() if weight}
    return [key for key in weights if key[0] not in counted]


def _clipped(score: ItemScore, scales: Mapping[str, Scale]) -> float:
    scale = scales.get(score.task)
    return score.value if scale is None else scale.clip(score.value)


def _seen_scale(*values: Floats) -> Scale | None:
    return BINARY if all(np.isin(one, (0.0, 1.0)).all() for one in values) else None
