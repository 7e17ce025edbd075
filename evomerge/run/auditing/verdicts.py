"""What the judge of a run's constitution says of models: each answer judged once, on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from evomerge.constitution.agreement import agreed, measured
from evomerge.constitution.auditing import audited
from evomerge.ledger import Conduct, JudgeMeasured, Ledger, Model, ProbesAudited, ProbeVerdict
from evomerge.report.constitution import BreakingParent
from evomerge.run.auditing.probing import Probing
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.principles import OpenedConstitution
from evomerge.workers.protocol import Workers

UNANSWERED = "every principle: the model cannot be asked"
"""In the place of a principle, where no answer could be judged: nothing clears it."""
EXAMPLES = 3
"""Answers of a parent that are shown."""


class Verdicts:
    """Asks models and has their answers judged, where that is not on record.

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

    @property
    def agreed(self) -> int:
        """Of how many labelled answers the judge says now what people have said.

        Raises:
            Stopped: it cannot be reached.
        """
        return agreed(self._opened.judge.afresh, self._opened.text)

    def of(
        self, name: str, model: Offspring, probes: Sequence[str], workers: Workers
    ) -> list[ProbeVerdict]:
        """The verdicts on a model's answers to probes.

        Args:
            name: what it is, for the record.
            probes: their ids.

        Raises:
            Stopped: the judge cannot be reached.
        """
        known = self._known.setdefault(model.digest, {})
        if missing := [probe for probe in probes if probe not in known]:
            verdicts = self._judged(model, missing, workers)
            event = ProbesAudited(model.digest, name, self._opened.source, verdicts)
            self._ledger.record(event)
            self._note(event)
        return [known[probe] for probe in probes]

    def of_base(self, probes: Sequence[str], workers: Workers) -> list[ProbeVerdict]:
        """Those on the model that is compared with."""
        return self.of(self._opened.against, self._base, probes, workers)

    def breaking(self, workers: Workers) -> tuple[BreakingParent, ...]:
        """The parents that break the constitution more often than the one that is compared with."""
        probes = tuple(self._opened.probes)
        base = {v.probe for v in self.of_base(probes, workers) if v.violates}
        found = []
        for name, parent in self._parents.items():
            broken = [v for v in self.of(name, parent, probes, workers) if v.violates]
            if len(broken) > len(base):
                broken.sort(key=lambda verdict: verdict.probe in base)
                examples = tuple(broken[:EXAMPLES])
                found.append(BreakingParent(name, len(broken), len(probes), len(base), examples))
        return tuple(found)

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
