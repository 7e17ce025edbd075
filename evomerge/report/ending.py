"""How a search ended: when its budget was spent, or early."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.ledger import CycleEnded, CycleJudged, Event
from evomerge.report.budget import since_raised

RANDOM = -1
"""Number of the cycle that searches at random, to be compared with."""


def describe_ending(ended: CycleEnded) -> str:
    """After how much of the budget a cycle ended, and why if that was early."""
    counted = dict.fromkeys(["evaluations", *ended.limits])
    counts = [
        f"{_figure(ended.spent[name])} of {_figure(ended.limits[name])} {name}"
        if name in ended.limits
        else f"{_figure(ended.spent[name])} {name}"
        for name in counted
        if name in ended.spent
    ]
    what = "the random search" if ended.cycle == RANDOM else "the search"
    if ended.cycle > 0:
        what += f" of cycle {ended.cycle}"
    after = f" after {', '.join(counts)}" if counts else ""
    return f"{what} ended early{after}: {ended.early}" if ended.early else f"{what} ended{after}"


def describe_gain(judged: CycleJudged) -> str:
    """What a cycle has gained, and how unlike each other its elites are."""
    scored = (
        "none of its finalists could be scored"
        if judged.validation is None
        else (f"its best finalist has {judged.validation:.3f} on validation items")
    )
    if judged.before is not None:
        best = "of parents and uniform merge" if judged.cycle == 0 else "before it"
        scored += f", the best {best} {judged.before:.3f}"
    came_out = "gains nothing"
    if judged.gains:
        now, before = judged.validation, judged.before
        holds = now is not None and before is not None and now <= before
        came_out = "loses no more than noise" if holds else "gains"
    stacks = "" if judged.stacks is None else f"; {_describe_stacks(judged.stacks)}"
    return (
        f"cycle {judged.cycle} {came_out}: {scored}; elites "
        f"differ by {judged.diversity:.3f} an item, reach {judged.coverage:.3f} together, and are "
        f"akin by {judged.kinship:.2f}{stacks}"
    )


def _describe_stacks(layers: Sequence[int]) -> str:
    """Which elites can be run through by the paths of another cycle."""
    if not layers:
        return "none is more than a parent, so none can join another path"
    told = " and ".join(map(str, layers))
    return f"those that can join another path have {told} layers"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def endings(events: Sequence[Event]) -> list[CycleEnded]:
    """How each cycle ended that did, since the budget was last raised."""
    ended = [event for event in since_raised(events) if isinstance(event, CycleEnded)]
    return [*{ending.cycle: ending for ending in ended}.values()]


def ending_of(events: Sequence[Event], cycle: int) -> CycleEnded | None:
    """How a cycle ended, if it did."""
    return next((ending for ending in endings(events) if ending.cycle == cycle), None)
