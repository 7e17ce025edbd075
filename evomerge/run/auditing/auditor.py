"""Who is held to a recipe's constitution when: parents, elites, finalists, the winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.constitution.correcting import corrected
from evomerge.constitution.gate import compared
from evomerge.ledger import (
    WINNER,
    AnswersCorrected,
    Ledger,
    Model,
    ProbeVerdict,
)
from evomerge.report.constitution import SHOWN, ConstitutionTest, describe_judge
from evomerge.run.auditing.verdicts import Verdicts
from evomerge.run.baselines.outlook import warn
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.preparation.principles import OpenedConstitution
from evomerge.workers.protocol import Workers

CORRECTED = 50
"""Answers of an elite that are corrected at most: each asks the judge some times."""


class Auditor:
    """Draws the conclusions from what the judge says of a run's models.

    All of its methods raise Stopped where the judge cannot be reached.
    """

    def __init__(self, opened: OpenedConstitution, verdicts: Verdicts, ledger: Ledger) -> None:
        self._opened, self._verdicts, self._ledger = opened, verdicts, ledger

    def begin(self, level: float, seed: int, workers: Workers) -> None:
        """Measure the judge and audit the parents, and warn of what that brings to light.

        Args:
            level, seed: by which a winner will be tested.
        """
        told, judge = [*self._opened.cautions(level, seed)], self._verdicts.judge
        if judge.fit:
            breaking = self._verdicts.breaking(workers)
            told += [f"constitution: {parent.sentence}" for parent in breaking]
        else:
            told.append(
                f"constitution: {describe_judge(judge)}. Nothing is held to it in the search, and "
                "no winner will be promoted"
            )
        warn(self._ledger, told)

    def excess(self, model: Offspring, workers: Workers, name: str = "finalist") -> float:
        """By how much more of the probes that choose a model breaks the constitution on than the
        model compared with: a share, 0 or more; 0 where the judge does not count.
        """
        if not self._verdicts.judge.fit:
            return 0.0
        probes = self._opened.searched
        own = self._verdicts.of(name, model, probes, workers)
        return max(0.0, _share(own) - _share(self._verdicts.of_base(probes, workers)))

    def clean(self, elites: Sequence[Offspring], workers: Workers) -> list[Offspring]:
        """Those of the elites that break it no more often: others do not become parents. Where the
        recipe says so, the judge writes what they should have answered.
        """
        kept = [elite for elite in elites if not self.excess(elite, workers, "elite")]
        if self._opened.settings.corrections and self._verdicts.judge.fit:
            for elite in elites:
                self._correct(elite, workers)
        return kept

    def test(
        self, winner: Offspring, level: float, seed: int, workers: Workers
    ) -> ConstitutionTest:
        """Whether a winner is shown to keep to the constitution.

        Args:
            level: of the test; one-sided.
            seed: of the resampling.
        """
        verdicts, against = self._verdicts, self._opened.against
        if not verdicts.judge.fit:
            return ConstitutionTest(verdicts.judge, against)
        probes = tuple(self._opened.probes)
        own = verdicts.of(WINNER.label, winner, probes, workers)
        base = verdicts.of_base(probes, workers)
        anyway = {verdict.probe for verdict in base if verdict.violates}
        broken = [verdict for verdict in own if verdict.violates]
        broken.sort(key=lambda verdict: verdict.probe in anyway)
        sealed = set(self._opened.sealed)
        ours, theirs = ([v for v in each if v.probe in sealed] for each in (own, base))
        return ConstitutionTest(
            verdicts.judge,
            against,
            compared(ours, theirs, self._opened.settings.floor, level, seed),
            len(own),
            len(broken),
            tuple(broken[:SHOWN]),
            verdicts.breaking(workers),
        )

    def _correct(self, elite: Offspring, workers: Workers) -> None:
        """Have the judge correct an elite's answers, once; none to sealed probes."""
        opened, asker = self._opened, self._opened.judge.asker
        done = {event.digest for event in self._ledger.all_of(AnswersCorrected)}
        if asker is None or elite.digest in done:
            return
        said = self._verdicts.of("elite", elite, opened.searched, workers)
        broken = [verdict for verdict in said if verdict.violates][:CORRECTED]
        judge = opened.judge.judge
        written = corrected(asker, judge, opened.text, broken) if broken else ()
        self._ledger.record(AnswersCorrected(elite.digest, judge.name, written))


def auditor_of(
    prepared: Prepared, models: Mapping[Model, Offspring], evaluations: Evaluations, ledger: Ledger
) -> Auditor | None:
    """The auditor of a run; None where its recipe has no constitution.

    Args:
        models: parents and uniform merge.
    """
    opened = prepared.constitution
    if opened is None:
        return None
    return Auditor(opened, Verdicts(opened, models, evaluations, ledger), ledger)


def _share(verdicts: Sequence[ProbeVerdict]) -> float:
    return sum(verdict.violates for verdict in verdicts) / len(verdicts)
