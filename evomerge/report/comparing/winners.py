"""The winners of two runs compared item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evomerge.ledger import ItemScore, Split
from evomerge.levels import holm
from evomerge.report.comparing.compared_run import ComparedRun
from evomerge.report.comparing.shared import SharedItems, shared_items
from evomerge.score.items.joined import joined
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.two_sided import TwoSided, compare_both_ways

CHOSEN_BY_THEM = (
    "no sealed items were asked of both, so these are validation items: both winners were chosen "
    "by them, and look better on them than they are"
)


@dataclass(frozen=True)
class WinnersCompared:
    """How much better the winner of one run is than that of another."""

    run: str
    than: str
    shared: SharedItems
    fitness: TwoSided | None
    """None where the two runs do not add up tasks alike: then tasks alone can be compared."""
    tasks: Mapping[str, TwoSided]
    corrected_tasks: Mapping[str, float]
    """Each task's p-value, corrected for the number of tasks."""
    remarks: tuple[str, ...]
    corrected: float | None = None
    """The p-value of the fitness, corrected for the number of runs compared."""


def compare_winners(run: ComparedRun, than: ComparedRun) -> WinnersCompared:
    """Compare two winners on the items that both were asked, as a promotion would.

    What hangs together in either run counts as one.

    Raises:
        UserError: the runs share no items.
    """
    shared = shared_items(run, than)
    units = joined(run.units, than.units, (item for _, item in shared.keys))
    scales = {**than.scales, **run.scales}
    ours, theirs = _scores(run, shared), _scores(than, shared)

    def compared(aggregate: Aggregate) -> TwoSided:
        return compare_both_ways(ours, theirs, aggregate, units=units, scales=scales)

    aggregate = _common(run, than, shared)
    tasks = {task: compared(Aggregate({task: 1.0})) for task in shared.tasks}
    return WinnersCompared(
        run.name,
        than.name,
        shared,
        None if aggregate is None else compared(aggregate),
        tasks,
        holm({task: result.p_value for task, result in tasks.items()}),
        tuple(_remarks(run, than, shared, aggregate)),
    )


def corrected(compared: Sequence[WinnersCompared]) -> tuple[WinnersCompared, ...]:
    """Comparisons with p-values corrected for how many there are."""
    known = {n: one.fitness.p_value for n, one in enumerate(compared) if one.fitness is not None}
    p_values = holm(known)
    return tuple(replace(one, corrected=p_values.get(n)) for n, one in enumerate(compared))


def _scores(run: ComparedRun, shared: SharedItems) -> list[ItemScore]:
    return [run.scores[shared.split.value, key] for key in shared.keys]


def _common(run: ComparedRun, than: ComparedRun, shared: SharedItems) -> Aggregate | None:
    """How both runs add up the tasks that they share; None where they do not do so alike."""
    one, other = (each.aggregate(frozenset(shared.tasks)) for each in (run, than))
    return one if one == other else None


def _remarks(
    run: ComparedRun, than: ComparedRun, shared: SharedItems, aggregate: Aggregate | None
) -> list[str]:
    told = [CHOSEN_BY_THEM] if shared.split is Split.VALIDATION else []
    if shared.judged_otherwise:
        tasks = ", ".join(shared.judged_otherwise)
        told.append(f"left out, since what judges them differs: {tasks}")
    if shared.asked_otherwise:
        told.append(
            f"{shared.asked_otherwise} of {len(shared.keys)} items have other prompts in the other "
            "run: a difference may be that of how they are asked"
        )
    if aggregate is None:
        told.append(
            "the runs do not add up these tasks alike (weights, aggregate, or the parents' "
            "range): only tasks are compared"
        )
    elif missing := sorted((_counted(run) | _counted(than)) - {*shared.tasks}):
        told.append(f"the fitness is that of the shared tasks alone, without {', '.join(missing)}")
    return told


def _counted(run: ComparedRun) -> set[str]:
    tasks = {} if run.yardstick is None else run.yardstick.tasks
    return {name for name, task in tasks.items() if task.weight}
