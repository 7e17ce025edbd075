"""What the sealed items say of a winner, and whether it may be released as promoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evomerge.ledger import Trial
from evomerge.run.baselines import UNIFORM
from evomerge.score.contrast import Flag
from evomerge.score.statistics import Comparison, NonInferiority

PROMOTED, REFUSED = "promoted", "refused"
WINNER, RANDOM_SEARCH = "winner", "random search"


@dataclass(frozen=True)
class Against:
    """The winner against one other model."""

    fitness: Comparison
    corrected: float
    """p-value, corrected for the number of models compared and of openings (Holm 1979)."""
    tasks: Mapping[str, Comparison]
    corrected_tasks: Mapping[str, float]
    """Each task's p-value, corrected for the number of tasks and of openings."""

    def facts(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            **_plain(self.fitness),
            "p_corrected": self.corrected,
            "tasks": {
                task: {**_plain(comparison), "p_corrected": self.corrected_tasks[task]}
                for task, comparison in self.tasks.items()
            },
        }


@dataclass(frozen=True)
class FloorTest:
    """Whether a task kept to its floor on the sealed items."""

    against: str
    """Name of the parent that the floor is measured from."""
    result: NonInferiority


@dataclass(frozen=True)
class Verdict:
    """What the sealed items say of the winner."""

    alpha: float
    openings: int
    """How often the test items have been opened for this run, this time included."""
    best_parent: str
    """Its name; the parent that scored best on the sealed items."""
    trials: Mapping[str, Trial]
    """Test trials by name: the winner, each parent, the uniform merge, random search."""
    against: Mapping[str, Against]
    """The winner against each of the others."""
    floors: Mapping[str, FloorTest]
    flags: Sequence[Flag]
    """What looks like an artefact in how the winner answered."""

    @property
    def reasons(self) -> list[str]:
        """Why the winner is refused; none if it is promoted."""
        best, found = self.against[self.best_parent], []
        if best.fitness.difference <= 0 or best.corrected >= self.alpha:
            found.append(
                f"not shown to be better than {self.best_parent} "
                f"({best.fitness.difference:+.3f}, corrected p = {best.corrected:.2g})"
            )
        for task, floor in self.floors.items():
            if not floor.result.shown:
                found.append(
                    f"{task}: not shown to keep within {floor.result.margin:g} of {floor.against} "
                    f"({floor.result.difference:+.3f}, lower bound {floor.result.lower:+.3f})"
                )
        return found

    def facts(self) -> dict[str, Any]:
        """The verdict as JSON values, for ledger and status."""
        best, reasons = self.against[self.best_parent], self.reasons
        scores = {name: trial.fitness for name, trial in self.trials.items()}
        return {
            "verdict": REFUSED if reasons else PROMOTED,
            "reasons": reasons,
            "flags": [asdict(flag) for flag in self.flags],
            "openings": self.openings,
            "items": best.fitness.items,
            "winner": scores[WINNER],
            "best_parent": scores[self.best_parent],
            "best_parent_name": self.best_parent,
            "uniform": scores.get(UNIFORM),
            "difference": best.fitness.difference,
            "ci95": [*best.fitness.ci95],
            "p_value": best.corrected,
            "scores": {
                name: {"fitness": trial.fitness, "tasks": dict(trial.task_means)}
                for name, trial in self.trials.items()
            },
            "comparisons": {name: against.facts() for name, against in self.against.items()},
            "floors": {
                task: {"against": floor.against, **asdict(floor.result)}
                for task, floor in self.floors.items()
            },
        }


def _plain(comparison: Comparison) -> dict[str, Any]:
    return {**asdict(comparison), "ci95": [*comparison.ci95]}
