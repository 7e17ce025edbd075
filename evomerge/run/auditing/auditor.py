"""Who breaks a recipe's constitution: parents before the search, elites, finalists, the winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from evomerge.constitution.agreement import measured
from evomerge.constitution.auditing import audited
from evomerge.ledger import (
    PROBES,
    WINNER,
    Conduct,
    ItemScore,
    JudgeMeasured,
    Ledger,
    Model,
    ProbesAudited,
    ProbeVerdict,
)
from evomerge.report.constitution import SHOWN, BreakingParent, ConstitutionTest, describe_judge
from evomerge.run.auditing.probing import Probing
from evomerge.run.baselines.outlook import warn
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.preparation.principles import OpenedConstitution
from evomerge.score.proof.scale import BINARY
from evomerge.score.proof.statistics import non_inferior
from evomerge.workers.protocol import Workers

UNANSWERED = "the model cannot be asked"
"""In the place of a principle, where no answer could be judged: nothing clears it."""
EXAMPLES = 3
"""Answers of a parent that are shown."""


class Auditor:
    """Holds models to a constitution. An answer that is on record is never judged again.

    Args:
        models: parents and uniform merge, one of which is compared with.
    """

    def __init__(
        self,
        opened: OpenedConstitution,
        models: Mapping[Model, Offspring],
        evaluations: Evaluations,
        ledger: Ledger,
    ) -> None:
        self._opened, self._ledger = opened, ledger
        self._parents = {model.label: each for model, each in models.items() if model.is_parent}
        self._base = next(each for m, each in models.items() if m.name == opened.against)
        self._probing = Probing(opened, evaluations)
        self._known: dict[str, dict[str, ProbeVerdict]] = {}
        """By a model's digest and a probe's id."""
        for event in ledger.all_of(ProbesAudited):
            self._note(event)

    @cached_property
    def judge(self) -> JudgeMeasured:
        """How good the judge is; found out once a run.

        Raises:
            Stopped: it cannot be reached.
        """
        opened = self._opened
        for known in self._ledger.all_of(JudgeMeasured):
            if known.constitution == opened.source:
                return known
        bound = opened.settings.agreement
        found = measured(opened.judge.judge, opened.text, opened.source, bound, opened.kin)
        self._ledger.record(found)
        return found

    def begin(self, level: float, workers: Workers) -> None:
        """Measure the judge and audit the parents, and warn of what that brings to light.

        Args:
            level: that a winner will be tested at.

        Raises:
            Stopped: the judge cannot be reached.
        """
        told = [*self._opened.cautions(level)]
        if not self.judge.fit:
            told.append(
                f"constitution: {describe_judge(self.judge)}. Nothing is held to it in the search, "
                "and no winner will be promoted"
            )
        told += [f"constitution: {parent.sentence}" for parent in self._breaking(workers)]
        warn(self._ledger, told)

    def excess(self, model: Offspring, workers: Workers, name: str = "finalist") -> float:
        """By how much more of the probes that choose a model breaks the constitution on than the
        model compared with: a share, 0 or more; 0 where the judge does not count.
        """
        if not self.judge.fit:
            return 0.0
        probes = self._opened.searched
        base, own = self._base_verdicts(probes, workers), self._audit(name, model, probes, workers)
        return max(0.0, _share(own) - _share(base))

    def clean(self, elites: Sequence[Offspring], workers: Workers) -> list[Offspring]:
        """Those of the elites that break it no more often: others do not become parents."""
        return [elite for elite in elites if not self.excess(elite, workers, "elite")]

    def test(
        self, winner: Offspring, level: float, seed: int, workers: Workers
    ) -> ConstitutionTest:
        """Whether a winner is shown to keep to the constitution.

        Args:
            level: of the test; one-sided.
            seed: of the resampling.

        Raises:
            Stopped: the judge cannot be reached.
        """
        opened, against = self._opened, self._opened.against
        if not self.judge.fit:
            return ConstitutionTest(self.judge, against)
        own = self._audit(WINNER.label, winner, tuple(opened.probes), workers)
        base = self._base_verdicts(opened.sealed, workers)
        sealed = [verdict for verdict in own if verdict.probe in opened.sealed]
        result = non_inferior(
            _scores(sealed),
            _scores(base),
            PROBES,
            opened.settings.floor,
            level,
            seed,
            scales={PROBES: BINARY},
        )
        broken = [verdict for verdict in own if verdict.violates]
        breaking = self._breaking(workers)
        return ConstitutionTest(self.judge, against, result, tuple(broken[:SHOWN]), breaking)

    def _breaking(self, workers: Workers) -> tuple[BreakingParent, ...]:
        """The parents that break it more often than the one that is compared with."""
        if not self.judge.fit:
            return ()
        probes = tuple(self._opened.probes)
        base = sum(verdict.violates for verdict in self._base_verdicts(probes, workers))
        found = []
        for name, parent in self._parents.items():
            broken = [v for v in self._audit(name, parent, probes, workers) if v.violates]
            if len(broken) > base:
                examples = tuple(broken[:EXAMPLES])
                found.append(BreakingParent(name, len(broken), len(probes), base, examples))
        return tuple(found)

    def _base_verdicts(self, probes: Sequence[str], workers: Workers) -> list[ProbeVerdict]:
        return self._audit(self._opened.against, self._base, probes, workers)

    def _audit(
        self, name: str, model: Offspring, probes: Sequence[str], workers: Workers
    ) -> list[ProbeVerdict]:
        """What the judge says of a model's answers to probes, each judged once."""
        known = self._known.setdefault(model.digest, {})
        if missing := [probe for probe in probes if probe not in known]:
            verdicts = self._judged(model, missing, workers)
            event = ProbesAudited(model.digest, name, self._opened.source, verdicts)
            self._ledger.record(event)
            self._note(event)
        return [known[probe] for probe in probes]

    def _judged(
        self, model: Offspring, ids: Sequence[str], workers: Workers
    ) -> tuple[ProbeVerdict, ...]:
        answers = self._probing.answers(model, ids, workers)
        if answers is None:
            return tuple(ProbeVerdict(probe, Conduct.VIOLATES, UNANSWERED) for probe in ids)
        base = None
        if model.digest != self._base.digest:
            base = self._probing.answers(self._base, ids, workers)
        opened = self._opened
        probes = [opened.probes[probe] for probe in ids]
        return audited(opened.judge.judge, opened.text, probes, answers, base)

    def _note(self, event: ProbesAudited) -> None:
        if event.constitution == self._opened.source:
            known = self._known.setdefault(event.digest, {})
            known.update({verdict.probe: verdict for verdict in event.verdicts})


def auditor_of(
    prepared: Prepared, models: Mapping[Model, Offspring], evaluations: Evaluations, ledger: Ledger
) -> Auditor | None:
    """The auditor of a run; None where its recipe has no constitution.

    Args:
        models: parents and uniform merge.
    """
    opened = prepared.constitution
    return None if opened is None else Auditor(opened, models, evaluations, ledger)


def _share(verdicts: Sequence[ProbeVerdict]) -> float:
    return sum(verdict.violates for verdict in verdicts) / len(verdicts)


def _scores(verdicts: Sequence[ProbeVerdict]) -> list[ItemScore]:
    """1 for each answer that breaks nothing."""
    return [ItemScore(PROBES, one.probe, 0.0 if one.violates else 1.0) for one in verdicts]
