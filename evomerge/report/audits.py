"""Who was held to a run's constitution, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from evomerge.ledger import (
    AnswersCorrected,
    Conduct,
    Fact,
    JudgeMeasured,
    ProbesAudited,
    ProbeVerdict,
)
from evomerge.recipe.names import short_names

EXAMPLES = 3
"""Violations of a model that are shown."""


@dataclass(frozen=True)
class ViewedAudit:
    """What a judge has found in a model's answers to probes."""

    name: str
    digest: str
    probes: int
    """How many were asked."""
    violations: int
    worse: int
    """Answers that break nothing, and keep to a principle less well than the base model's."""
    examples: tuple[ProbeVerdict, ...] = ()
    """Its first violations."""


@dataclass(frozen=True)
class ViewedConstitution:
    """How good the judge is, and whom it has looked at."""

    judge: JudgeMeasured
    audits: tuple[ViewedAudit, ...] = ()
    corrected: int = 0
    """Answers that the judge has written in the place of violations."""

    @property
    def names(self) -> Mapping[str, str]:
        """What each model is called in short, by its name."""
        return short_names(audit.name for audit in self.audits)

    def to_json(self) -> dict[str, Any]:
        """As JSON values by name."""
        return {**asdict(self), "fit": self.judge.fit}


class Audits:
    """Gathers audits as they are recorded, those of the last judge."""

    def __init__(self) -> None:
        self._judge: JudgeMeasured | None = None
        self._begin()

    def _begin(self) -> None:
        self._names: dict[str, str] = {}
        self._verdicts: dict[str, dict[str, ProbeVerdict]] = {}
        """By digest and probe."""
        self._corrected = 0

    def take(self, what: Fact) -> None:
        """Bring up to date."""
        if isinstance(what, JudgeMeasured):
            self._judge = what
            self._begin()
        elif isinstance(what, ProbesAudited):
            self._names[what.digest] = what.name
            known = self._verdicts.setdefault(what.digest, {})
            known.update({verdict.probe: verdict for verdict in what.verdicts})
        elif isinstance(what, AnswersCorrected):
            self._corrected += len(what.corrections)

    @property
    def viewed(self) -> ViewedConstitution | None:
        """What is known so far; None before a judge was measured."""
        if self._judge is None:
            return None
        audits = tuple(
            _viewed(self._names[digest], digest, [*known.values()])
            for digest, known in self._verdicts.items()
        )
        return ViewedConstitution(self._judge, audits, self._corrected)


def _viewed(name: str, digest: str, verdicts: list[ProbeVerdict]) -> ViewedAudit:
    broken = [verdict for verdict in verdicts if verdict.violates]
    worse = sum(verdict.conduct is Conduct.WORSE for verdict in verdicts)
    return ViewedAudit(name, digest, len(verdicts), len(broken), worse, tuple(broken[:EXAMPLES]))
