"""What the sealed items say of a winner, and whether it may be released as promoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evomerge.ledger import Trial
from evomerge.run.baselines import UNIFORM
from evomerge.score.audits.contrast import Flag
from evomerge.score.proof.statistics import Comparison, NonInferiority

PROMOTED, REFUSED = "promoted", "refused"
WINNER, RANDOM_SEARCH = "winner", "random search"


@dataclass(frozen=True)
class Against:
    """The winner against one other model."""

    fitness: Comparison
    p_value: float
    """Of the fitness, corrected for the number of openings."""
    corrected: float
    """The same, corrected for the number of models compared as well (Holm 1979)."""
    tasks: Mapping[str, Comparison]
    corrected_tasks: Mapping[str, float]
    """Each task's p-value, corrected for the number of tasks and of openings."""

    def facts(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            **_plain(self.fitness),
            "p_value": self.p_value,
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
    parents: Sequence[str]
    """Their names, best first on the sealed items."""
    trials: Mapping[str, Trial]
    """Test trials by name: the winner, each parent, the uniform merge, random search."""
    against: Mapping[str, Against]
    """The winner against each of the others."""
    floors: Mapping[str, FloorTest]
    flags: Sequence[Flag]
    """What looks like an artefact in how the winner answered."""

    @property
    def p_value(self) -> float:
        """Of the test against every parent, which is the largest of theirs.

        Which parent is truly the best is unknown; who is better than each is better than the best.
        All must be shown, so their number needs no correction (Berger 1982).
        """
        return max(self.against[name].p_value for name in self.parents)

    @property
    def reasons(self) -> list[str]:
        """Why the winner is refused; none if it is promoted."""
        found = []
        for name in self.parents:
            against = self.against[name]
            if against.fitness.difference <= 0 or against.p_value >= self.alpha:
                found.append(
                    f"not shown to be better than {name} "
                    f"({against.fitness.difference:+.3f}, p = {against.p_value:.2g})"
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
        best_parent, reasons = self.parents[0], self.reasons
        best = self.against[best_parent].fitness
        scores = {name: trial.fitness for name, trial in self.trials.items()}
        return {
            "verdict": REFUSED if reasons else PROMOTED,
            "reasons": reasons,
            "flags": [asdict(flag) for flag in self.flags],
            "openings": self.openings,
            "items": best.items,
            "winner": scores[WINNER],
            "best_parent": scores[best_parent],
            "best_parent_name": best_parent,
            "uniform": scores.get(UNIFORM),
            "difference": best.difference,
            "ci95": [*best.ci95],
            "p_value": self.p_value,
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
