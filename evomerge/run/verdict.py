"""What the sealed items say of a winner, and whether it may be released as promoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from evomerge.ledger import UNIFORM, WINNER, Looks, Model, Trial
from evomerge.score.audits.contrast import Flag
from evomerge.score.proof.statistics import Comparison, NonInferiority

PROMOTED, REFUSED = "promoted", "refused"


@dataclass(frozen=True)
class Against:
    """The winner against one other model."""

    fitness: Comparison
    corrected: float
    """The p-value of the fitness, corrected for the number of models compared (Holm 1979)."""
    tasks: Mapping[str, Comparison]
    corrected_tasks: Mapping[str, float]
    """Each task's p-value, corrected for the number of tasks."""
    lenient: Comparison | None = None
    """The fitness again, with credit for a right answer wherever it stands; None where answers
    are no texts."""

    @property
    def vanishes(self) -> bool:
        """Whether the gain may be one of format: graded leniently it is no longer shown."""
        lenient = self.lenient
        if lenient is None or self.fitness.difference <= 0:
            return False
        return lenient.p_value >= lenient.level

    def facts(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            **_plain(self.fitness),
            "p_corrected": self.corrected,
            "lenient": None if self.lenient is None else _plain(self.lenient),
            "tasks": {
                task: {**_plain(comparison), "p_corrected": self.corrected_tasks[task]}
                for task, comparison in self.tasks.items()
            },
        }


@dataclass(frozen=True)
class FloorTest:
    """Whether a task kept to its floor on the sealed items."""

    against: str
    """Name of the model that the floor is measured from: of several, the one that it is least
    surely kept against."""
    result: NonInferiority


@dataclass(frozen=True)
class Opening:
    """An opening of the sealed items."""

    number: int
    """Which one it is, counted from 1, over all runs that the registry knows."""
    level: float
    """Of every test at it; one-sided."""
    looks: Looks
    """What others have seen of the items before."""
    registry: str | None
    """The file in which openings are counted; None where only those of this run are."""


@dataclass(frozen=True)
class Verdict:
    """What the sealed items say of the winner."""

    opening: Opening
    rivals: Sequence[Model]
    """The models that it must be better than, best first on the sealed items: the
    parents, and those whose own form differs from how the recipe reads them, once more."""
    trials: Mapping[Model, Trial]
    """Test trials: of the winner, each rival, the uniform merge, random search."""
    against: Mapping[Model, Against]
    """The winner against each of the others."""
    floors: Mapping[str, FloorTest]
    flags: Sequence[Flag]
    """What looks like an artefact, in how the winner answered or in how its rivals did."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Labels of models that could not be scored, and why: then nothing is proved."""
    unfit: Sequence[str] = ()
    """What is wrong with judges, a sentence each: they did not grade the same answers alike when
    asked again, or gave scores that nothing allows for."""
    accept_format: bool = False
    """Whether a gain of format counts."""

    @property
    def p_value(self) -> float:
        """Of the test against every rival, which is the largest of theirs.

        Which parent is truly the best is unknown; who is better than each is better than the best.
        All must be shown, so their number needs no correction (Berger 1982).
        """
        if self.missing:
            return 1.0
        return max(self.against[name].fitness.p_value for name in self.rivals)

    @property
    def reasons(self) -> list[str]:
        """Why the winner is refused; none if it is promoted."""
        return [
            *(
                f"{name} could not be scored on the sealed items ({why}); without it nothing is "
                "proved"
                for name, why in self.missing.items()
            ),
            *self.unfit,
            *self._not_better(),
            *self._format_alone(),
            *self._floors_not_kept(),
        ]

    def _not_better(self) -> list[str]:
        found = []
        for name in self.rivals:
            fitness = self.against[name].fitness
            if fitness.p_value >= fitness.level:
                found.append(
                    f"not shown to be better than {name.label} ({fitness.difference:+.3f}, "
                    f"p = {fitness.p_value:.2g}, level {fitness.level:.2g})"
                )
        return found

    def _format_alone(self) -> list[str]:
        if self.accept_format:
            return []
        found = []
        for name in self.rivals:
            against = self.against[name]
            if against.vanishes and against.lenient is not None:
                gain, left = against.fitness.difference, against.lenient.difference
                gone = "format, not skill"
                found.append(
                    f"{gone if left < gain / 2 else 'not shown to be more than format'}: of "
                    f"{gain:+.3f} over {name.label} {left:+.3f} (p = "
                    f"{against.lenient.p_value:.2g}) is left where a right answer counts in "
                    "whatever form (--accept-format to promote it all the same)"
                )
        return found

    def _floors_not_kept(self) -> list[str]:
        return [
            f"{task}: not shown to keep within {floor.result.margin:g} of {floor.against} "
            f"({floor.result.difference:+.3f}, lower bound {floor.result.lower:+.3f})"
            for task, floor in self.floors.items()
            if not floor.result.shown
        ]

    def facts(self) -> dict[str, Any]:
        """The verdict as JSON values, for ledger and status."""
        reasons = self.reasons
        scores = {name: trial.fitness for name, trial in self.trials.items()}
        return {
            "verdict": REFUSED if reasons else PROMOTED,
            "reasons": reasons,
            "flags": [asdict(flag) for flag in self.flags],
            "openings": self.opening.number,
            "opening": {**asdict(self.opening), "looks": asdict(self.opening.looks)},
            "winner": scores[WINNER],
            "uniform": scores.get(UNIFORM),
            **self._against_the_best(),
            "p_value": self.p_value,
            "level": self.opening.level,
            "scores": {
                model.label: {"fitness": trial.fitness, "tasks": dict(trial.task_means)}
                for model, trial in self.trials.items()
            },
            "comparisons": {model.label: one.facts() for model, one in self.against.items()},
            "floors": {
                task: {"against": floor.against, **asdict(floor.result)}
                for task, floor in self.floors.items()
            },
        }

    def _against_the_best(self) -> dict[str, Any]:
        """The comparison with the rival that looks best on the sealed items."""
        if not self.rivals:
            nothing = ("best_parent", "best_parent_name", "difference", "interval")
            return {**dict.fromkeys(nothing), "items": 0, "units": 0}
        best = self.against[self.rivals[0]].fitness
        return {
            "items": best.items,
            "units": best.units,
            "best_parent": self.trials[self.rivals[0]].fitness,
            "best_parent_name": self.rivals[0].label,
            "difference": best.difference,
            "interval": [*best.interval],
        }


def _plain(comparison: Comparison) -> dict[str, Any]:
    return {**asdict(comparison), "interval": [*comparison.interval]}
