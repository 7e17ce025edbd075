"""What the population has written over a run's cycles, counted by writer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evomerge.ledger import (
    PROBES,
    Fact,
    ItemsMade,
    MadeItem,
    Split,
    Use,
    Verified,
    VerifierPrecision,
)
from evomerge.recipe.names import short_names

SHOWN = 3
"""Items of each writer that are shown, the last ones."""


@dataclass(frozen=True)
class WriterCounts:
    """What became of one writer's documents."""

    writer: str
    drawn: int = 0
    kept: int = 0
    scored: int = 0
    """Of those kept; the others are for training."""
    verified: Mapping[str, int] = field(default_factory=dict)
    """How many of those kept are executed, voted, judged or unverified."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """How many were refused, by the reason; the most frequent first."""
    models: tuple[str, ...] = ()
    """Who was asked to write, in their order."""
    examples: tuple[MadeItem, ...] = ()


@dataclass(frozen=True)
class ViewedCurriculum:
    """All that was written so far."""

    task: str
    """What the items are questions of, in words."""
    cycles: int
    writers: tuple[WriterCounts, ...]
    precisions: tuple[VerifierPrecision, ...] = ()
    """Added up over the cycles."""
    tokens: int = 0
    seconds: float = 0.0

    @property
    def kept(self) -> int:
        """How many items there are."""
        return sum(one.kept for one in self.writers)


class MadeItems:
    """Gathers what cycles made; of each cycle what was recorded last."""

    def __init__(self) -> None:
        self._cycles: dict[tuple[int, str], ItemsMade] = {}

    def take(self, what: Fact) -> None:
        """Bring up to date."""
        if isinstance(what, ItemsMade):
            self._cycles[what.cycle, what.task] = what

    def counted_with(self, items: Mapping[str, int]) -> Mapping[str, int]:
        """How many items each split has, with those that were made to be scored on."""
        made = [item for one in self._cycles.values() for item in one.items]
        scored = sum(item.use is Use.SCORED for item in made)
        return {**items, Split.SEARCH: items.get(Split.SEARCH, 0) + scored} if scored else items

    @property
    def viewed(self) -> ViewedCurriculum | None:
        """All of it; None where nothing was ever to be written."""
        if not self._cycles:
            return None
        cycles = [*self._cycles.values()]
        names = dict.fromkeys(name for one in cycles for name in one.drawn)
        return ViewedCurriculum(
            " and ".join(dict.fromkeys(_task_name(one.task) for one in cycles)),
            len({one.cycle for one in cycles}),
            tuple(_counts(name, cycles) for name in names),
            tuple(_precisions(cycles)),
            sum(one.tokens for one in cycles),
            sum(one.seconds for one in cycles),
        )


def _task_name(task: str) -> str:
    """Without the folder that its file is in, which is nobody's business."""
    if task == PROBES:
        return "the constitution's probes"
    return Path(task).stem if task.endswith((".yaml", ".yml")) else task


def _counts(name: str, cycles: list[ItemsMade]) -> WriterCounts:
    items = [item for one in cycles for item in one.items if item.origin.writer == name]
    refused: Counter[str] = Counter()
    for one in (refusal for cycle in cycles for refusal in cycle.refusals):
        if one.writer == name:
            refused[one.reason] += one.count
    verified = Counter(item.origin.verified for item in items)
    return WriterCounts(
        name,
        sum(one.drawn.get(name, 0) for one in cycles),
        len(items),
        sum(item.use is Use.SCORED for item in items),
        {how.value: verified[how] for how in Verified if verified[how]},
        dict(refused.most_common()),
        tuple(short_names(model for item in items for model in item.origin.models).values()),
        tuple(items[-SHOWN:]),
    )


def _precisions(cycles: list[ItemsMade]) -> Iterator[VerifierPrecision]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for one in (precision for cycle in cycles for precision in cycle.precisions):
        passed, right = found.get((one.verifier, one.against), (0, 0))
        found[one.verifier, one.against] = passed + one.passed, right + one.right
    for (verifier, against), (passed, right) in found.items():
        yield VerifierPrecision(verifier, against, passed, right)


def describe_made(made: ViewedCurriculum | None) -> list[str]:
    """What was written, by whom, how it was verified and how precise that is, in sentences."""
    if made is None:
        return []
    cycles = "one cycle" if made.cycles == 1 else f"{made.cycles} cycles"
    said = [
        f"{made.kept} items of {made.task} were written in {cycles}, with {made.tokens:,} tokens"
    ]
    for one in made.writers:
        how = ", ".join(f"{count} {what}" for what, count in one.verified.items())
        by = f" ({', then '.join(one.models)})" if one.models else ""
        kept = f"{one.kept} of {one.drawn} kept" + (f": {how}; {_uses(one)}" if one.kept else "")
        said.append(f"written by {one.writer}{by}: {kept}")
    for precision in made.precisions:
        said.append(
            f"{precision.verifier}: of {precision.passed} answers that it passed "
            f"{precision.right} are right by {precision.against}"
        )
    return said


def _uses(one: WriterCounts) -> str:
    return f"{one.scored} for the search's scores, {one.kept - one.scored} for training"


def made_to_json(made: ViewedCurriculum | None) -> dict[str, Any] | None:
    """The same as JSON values; None where nothing was to be written."""
    if made is None:
        return None
    return {
        "task": made.task,
        "cycles": made.cycles,
        "kept": made.kept,
        "writers": {
            one.writer: {
                "drawn": one.drawn,
                "kept": one.kept,
                "scored": one.scored,
                "training": one.kept - one.scored,
                "verified": dict(one.verified),
                "refused": dict(one.refused),
                "models": [*one.models],
            }
            for one in made.writers
        },
        "precisions": [
            {
                "verifier": one.verifier,
                "against": one.against,
                "passed": one.passed,
                "right": one.right,
            }
            for one in made.precisions
        ],
        "tokens": made.tokens,
        "seconds": made.seconds,
    }
