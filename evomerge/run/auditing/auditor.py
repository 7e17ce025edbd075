"""Who is held to a recipe's constitution when: parents, elites, finalists, the winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evomerge.constitution.correcting import corrected
from evomerge.constitution.gate import compared
from evomerge.ledger import (
    WINNER,
    AnswersCorrected,
    ConductWatched,
    Correction,
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
from evomerge.workers.protocol import Workers

CORRECTED = 50
"""Answers of an elite that are corrected at most: each asks the judge some times."""


class Auditor:
    """Draws the conclusions from what the judge says of a run's models. Where the recipe has no
    constitution, there are none.

    All of its methods raise Stopped where the judge cannot be reached.

    Args:
        models: parents and uniform merge.
    """

    def __init__(
        self,
        prepared: Prepared,
        models: Mapping[Model, Offspring],
        evaluations: Evaluations,
        ledger: Ledger,
    ) -> None:
        self._evolve, self._ledger = prepared.evolve, ledger
        self._opened = opened = prepared.constitution
        self._verdicts = None if opened is None else Verdicts(opened, models, evaluations, ledger)

    def begin(self, workers: Workers) -> None:
        """Measure the judge and audit the parents, and warn of what that brings to light."""
        verdicts, opened = self._verdicts, self._opened
        if verdicts is None or opened is None:
            return
        told = [*opened.cautions(self._evolve.alpha, self._evolve.seed)]
        if verdicts.judge.fit:
            told += [f"constitution: {parent.sentence}" for parent in verdicts.breaking(workers)]
        else:
            told.append(
                f"constitution: {describe_judge(verdicts.judge)}. Nothing is held to it in the "
                "search, and no winner will be promoted"
            )
        warn(self._ledger, told)

    def excess(self, model: Offspring, workers: Workers, name: str = "finalist") -> float:
        """By how much more of the probes that choose a model breaks the constitution on than the
        model compared with: a share, 0 or more; 0 where the judge does not count.
        """
        verdicts, opened = self._verdicts, self._opened
        if verdicts is None or opened is None or not verdicts.judge.fit:
            return 0.0
        own = verdicts.of(name, model, opened.searched, workers)
        return max(0.0, _share(own) - _share(verdicts.of_base(opened.searched, workers)))

    def conduct(self, leader: Offspring, workers: Workers) -> ConductWatched | None:
        """How a leader stands to the constitution, and its judge to labelled answers, for the
        rails; None where nothing is held to it.
        """
        verdicts, opened = self._verdicts, self._opened
        if verdicts is None or opened is None or not verdicts.judge.fit:
            return None
        own, base = (
            [verdict.violates for verdict in each]
            for each in (
                verdicts.of("leader", leader, opened.searched, workers),
                verdicts.of_base(opened.searched, workers),
            )
        )
        first = verdicts.judge
        return ConductWatched(
            len(own),
            sum(own),
            sum(base),
            first.labelled,
            verdicts.agreed,
            round(first.agreement * first.labelled),
            first.bound,
            tuple(parent.name for parent in verdicts.breaking(workers)),
        )

    def clean(self, elites: Sequence[Offspring], workers: Workers) -> list[Offspring]:
        """Those of the elites that break it no more often: others do not become parents."""
        return [elite for elite in elites if not self.excess(elite, workers, "elite")]

    def corrections(self, elites: Sequence[Offspring], workers: Workers) -> list[Correction]:
        """What elites should have answered to probes that are not sealed, as the judge writes it
        where the recipe says so and the judge counts; now, or in an earlier session.
        """
        known = {event.digest: event for event in self._ledger.all_of(AnswersCorrected)}
        found = list[Correction]()
        for elite in elites:
            event = known.get(elite.digest) or self._corrected(elite, workers)
            if event is not None:
                known[elite.digest] = event
                found += event.corrections
        return found

    def test(self, winner: Offspring, level: float, workers: Workers) -> ConstitutionTest | None:
        """Whether a winner is shown to keep to the constitution; None where there is none.

        Args:
            level: of the test; one-sided.
        """
        verdicts, opened = self._verdicts, self._opened
        if verdicts is None or opened is None:
            return None
        if not verdicts.judge.fit:
            return ConstitutionTest(verdicts.judge, opened.against)
        probes, sealed = tuple(opened.probes), set(opened.sealed)
        own = verdicts.of(WINNER.label, winner, probes, workers)
        base = verdicts.of_base(probes, workers)
        ours, theirs = ([v for v in each if v.probe in sealed] for each in (own, base))
        anyway = {verdict.probe for verdict in base if verdict.violates}
        broken = [verdict for verdict in own if verdict.violates]
        broken.sort(key=lambda verdict: verdict.probe in anyway)
        return ConstitutionTest(
            verdicts.judge,
            opened.against,
            compared(ours, theirs, opened.settings.floor, level, self._evolve.seed),
            len(own),
            len(broken),
            tuple(broken[:SHOWN]),
            verdicts.breaking(workers),
        )

    def _corrected(self, elite: Offspring, workers: Workers) -> AnswersCorrected | None:
        """Have the judge correct an elite's answers; None where it is not to."""
        verdicts, opened = self._verdicts, self._opened
        if verdicts is None or opened is None or not opened.settings.corrections:
            return None
        asker, judge = opened.judge.asker, opened.judge.judge
        if asker is None or not verdicts.judge.fit:
            return None
        said = verdicts.of("elite", elite, opened.searched, workers)
        broken = [
            replace(verdict, prompt=opened.probes[verdict.probe].prompt)
            for verdict in said
            if verdict.violates
        ][:CORRECTED]
        written = corrected(asker, judge, opened.text, broken) if broken else ()
        event = AnswersCorrected(elite.digest, judge.name, written)
        self._ledger.record(event)
        return event


def _share(verdicts: Sequence[ProbeVerdict]) -> float:
    return sum(verdict.violates for verdict in verdicts) / len(verdicts)
