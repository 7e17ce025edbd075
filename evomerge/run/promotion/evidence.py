"""What was found on the sealed items, and what of it speaks against a winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evomerge.ledger import Flag, Model, Trial
from evomerge.report.constitution import ConstitutionTest
from evomerge.report.verdict import Against, FloorTest, Opening, SealedScores, Verdict


@dataclass(frozen=True)
class Evidence:
    """What was found on the sealed items."""

    opening: Opening
    trials: Mapping[Model, Trial]
    """Test trials: of the winner, each rival, the uniform merge, random search."""
    rivals: Sequence[Model] = ()
    """The models that it must be better than, best first on the sealed items: the
    parents, and those whose own form differs from how the recipe reads them, once more."""
    against: Mapping[Model, Against] = field(default_factory=dict)
    """The winner against each of the others."""
    floors: Mapping[str, FloorTest] = field(default_factory=dict)
    flags: Sequence[Flag] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    """Labels of models that could not be scored, and why: then nothing is proved."""
    unfit: Sequence[str] = ()
    """What is wrong with judges, a sentence each: they did not grade the same answers alike when
    asked again, or gave scores that nothing allows for."""
    accept_format: bool = False
    """Whether a gain of format counts."""
    constitution: ConstitutionTest | None = None
    """Whether the winner keeps to the recipe's; None where it has none."""

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        return Verdict(
            self.opening,
            {model.label: _scores(trial) for model, trial in self.trials.items()},
            {model.label: against for model, against in self.against.items()},
            self.p_value,
            self.rivals[0].label if self.rivals else None,
            self.floors,
            tuple(self.flags),
            tuple(self.reasons),
            constitution=self.constitution,
        )

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
            *(self.constitution.reasons if self.constitution else []),
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


def _scores(trial: Trial) -> SealedScores:
    assert trial.fitness is not None
    return SealedScores(trial.fitness, dict(trial.task_means))
