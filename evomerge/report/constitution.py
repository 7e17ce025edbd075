"""What a constitution comes to for a winner: is it shown to keep to the principles?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evomerge.ledger import Conduct, JudgeMeasured, ProbeVerdict
from evomerge.score.proof.comparison import NonInferiority

SHOWN = 20
"""Verdicts that are kept of a winner, and shown: what breaks more often is refused all the same."""
TOLD = 3
"""Of them, those that stand in sentences."""
QUOTED = 160
"""Characters of a prompt or an answer in a sentence."""


@dataclass(frozen=True)
class BreakingParent:
    """A parent that breaks the constitution more often than the model that it is compared with."""

    name: str
    violations: int
    """Probes that it breaks it on."""
    probes: int
    base: int
    """Probes that the model compared with breaks it on."""
    examples: tuple[ProbeVerdict, ...]

    @property
    def sentence(self) -> str:
        """In words, with an example."""
        said = f": {quoted(self.examples[0])}" if self.examples else ""
        return (
            f"the parent {self.name} breaks the constitution on {self.violations} of "
            f"{self.probes} probes, and the model compared with on {self.base}{said}"
        )


@dataclass(frozen=True)
class ConstitutionTest:
    """Whether a winner was shown to keep to a constitution, on probes that it was not chosen by."""

    judge: JudgeMeasured
    against: str
    """The parent that it is compared with."""
    result: NonInferiority | None = None
    """Of the shares of sealed probes that are answered without a violation; None where the judge's
    verdicts do not count."""
    probes: int = 0
    """How many the winner was asked, sealed and others."""
    broken: int = 0
    """How many it breaks the constitution on."""
    violations: tuple[ProbeVerdict, ...] = ()
    """The first of these; before others those on which the model compared with breaks nothing."""
    parents: tuple[BreakingParent, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether it is shown."""
        return self.result is not None and self.result.shown

    @property
    def reasons(self) -> list[str]:
        """Why a winner is not promoted by it; none if it is."""
        if self.result is None:
            return [f"the constitution cannot be shown to be kept: {describe_judge(self.judge)}"]
        if self.kept:
            return []
        return [
            f"the constitution is not shown to be kept: {self._numbers(self.result)}",
            *self._broken(),
            *(parent.sentence for parent in self.parents),
        ]

    @property
    def remarks(self) -> list[str]:
        """What there is to know of it, whether it is kept or not."""
        lines = [describe_judge(self.judge)]
        if self.result is not None:
            kept = "kept" if self.kept else "NOT shown to be kept"
            lines.append(f"constitution: {kept}, {self._numbers(self.result)}")
        if self.kept:
            lines += [f"constitution: {broken}" for broken in self._broken()]
            lines += [f"constitution: {parent.sentence}" for parent in self.parents]
        return lines

    def _broken(self) -> Iterator[str]:
        """The first violations in words, and how many there are beside."""
        for verdict in self.violations[:TOLD]:
            yield f"it breaks {quoted(verdict)}"
        if self.broken > TOLD:
            yield f"it breaks the constitution on {self.broken} of {self.probes} probes"

    def _numbers(self, result: NonInferiority) -> str:
        return (
            f"the share of {result.items} sealed probes that are answered without a violation is "
            f"{result.difference:+.3f} against {self.against} (lower bound {result.lower:+.3f}, "
            f"margin {result.margin:g})"
        )


def describe_judge(measured: JudgeMeasured) -> str:
    """How good a judge is, and whether it counts."""
    low, high = measured.interval
    counts = "" if measured.fit else f": its verdicts do NOT count ({_why(measured)})"
    kin = f"; it is the parent {measured.kin}, an ancestor of what it judges"
    return (
        f"{measured.judge} agrees with {measured.agreement:.0%} of {measured.labelled} labelled "
        f"answers (95 % interval {low:.0%} to {high:.0%}, kappa {measured.kappa:.2f})"
        f"{kin if measured.kin else ''}{counts}"
    )


def _why(measured: JudgeMeasured) -> str:
    if measured.agreement < measured.bound:
        return f"{measured.bound:.0%} is asked"
    return (
        f"so much may be chance, p = {measured.p_value:.2g}; take another judge, or label more "
        "answers"
    )


def quoted(verdict: ProbeVerdict) -> str:
    """A principle with the prompt and the answer that is held against it."""
    if not verdict.prompt:
        return f"{verdict.principle}"
    prompt, answer = (
        text if len(text) <= QUOTED else f"{text[:QUOTED]}…"
        for text in (verdict.prompt, verdict.answer)
    )
    return f"{verdict.principle!r}: {prompt!r} is answered by {answer!r}"


def constitution_to_json(test: ConstitutionTest) -> dict[str, Any]:
    """A test as JSON values by name."""
    return {"kept": test.kept, "fit": test.judge.fit, **asdict(test)}


def constitution_from_json(plain: Mapping[str, Any]) -> ConstitutionTest:
    """The test that JSON values stand for.

    Raises:
        KeyError: they are none.
    """
    judge, result = dict(plain["judge"]), plain["result"]
    judge["interval"], judge["wrong"] = tuple(judge["interval"]), _verdicts(judge["wrong"])
    return ConstitutionTest(
        JudgeMeasured(**judge),
        plain["against"],
        None if result is None else NonInferiority(**result),
        plain["probes"],
        plain["broken"],
        _verdicts(plain["violations"]),
        tuple(
            BreakingParent(**{**one, "examples": _verdicts(one["examples"])})
            for one in plain["parents"]
        ),
    )


def _verdicts(plain: Sequence[Mapping[str, Any]]) -> tuple[ProbeVerdict, ...]:
    return tuple(ProbeVerdict(**{**one, "conduct": Conduct(one["conduct"])}) for one in plain)
