"""What halted a real run: when, and by which name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evomerge import errors, evolve
from evomerge.ledger import EvaluatorChanged, GenerationWatched, Ledger, RailDecided, Record
from evomerge.permissions import Permissions
from evomerge.recipe import Recipe
from evomerge.workers.local import LocalWorkers


@dataclass(frozen=True)
class Halted:
    """The end of a run that was not left to go on."""

    after: str
    """The generation, counted from 0, and its cycle where that is not the first."""
    by: tuple[str, ...]
    """Rails, or files that judge and have changed, by name."""
    evidence: str


def ended(
    recipe: Recipe | Path,
    folder: Path,
    watch: Callable[[Record], None],
    workers: LocalWorkers | None = None,
) -> Halted | None:
    """Run a recipe to its end; what halted it, and None where nothing did.

    Args:
        folder: the run's.
        watch: hears all that is recorded.
    """
    permissions = Permissions(allow_python=True)
    try:
        evolve(
            recipe,
            folder,
            workers=workers,
            permissions=permissions,
            watch=watch,
            registry="none",
        )
    except (errors.Halted, errors.Tampered):
        with Ledger(folder) as ledger:
            return _halted(ledger)
    return None


def _halted(ledger: Ledger) -> Halted:
    decided = ledger.all_of(RailDecided)
    if decided:
        cycle, generation = decided[0].place
        after = f"{generation} of cycle {cycle}" if cycle else str(generation)
        return Halted(after, tuple(one.rail for one in decided), decided[0].sentence)
    (changed,) = ledger.all_of(EvaluatorChanged)
    raced = len(ledger.all_of(GenerationWatched))
    return Halted(str(raced), tuple(Path(name).name for name in changed.files), "sha256")
