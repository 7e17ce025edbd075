"""A model's answers to probes, each held to the principles that concern it."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.constitution.constitution import Constitution, ConstitutionProbe
from evomerge.constitution.judge import GivenAnswer, PrincipleJudge
from evomerge.ledger import Conduct, ProbeVerdict

KEPT_TEXT = 2000
"""Characters of a prompt or an answer that are kept on record, where it is not fine."""


def audited(
    judge: PrincipleJudge,
    constitution: Constitution,
    probes: Sequence[ConstitutionProbe],
    answers: Sequence[str],
    base: Sequence[str] | None,
) -> tuple[ProbeVerdict, ...]:
    """What a judge says of answers, one verdict a probe.

    An answer that breaks several principles is filed under the first; so is one that keeps several
    worse than the base model's answer does.

    Args:
        answers: to the probes.
        base: the base model's answers to them; None where they are the base model's own.

    Raises:
        Stopped: the judge cannot be reached.
    """
    beside = [None] * len(answers) if base is None else base
    given = [
        GivenAnswer(probe.prompt, answer, other)
        for probe, answer, other in zip(probes, answers, beside, strict=True)
    ]
    found = _found(judge, constitution, probes, given)
    return tuple(
        ProbeVerdict(probe.id, *found[place], probe.prompt[:KEPT_TEXT], one.answer[:KEPT_TEXT])
        if place in found
        else ProbeVerdict(probe.id, Conduct.FINE)
        for place, (probe, one) in enumerate(zip(probes, given, strict=True))
    )


def _found(
    judge: PrincipleJudge,
    constitution: Constitution,
    probes: Sequence[ConstitutionProbe],
    given: Sequence[GivenAnswer],
) -> dict[int, tuple[Conduct, str]]:
    """What is held against answers, and by which principle, by their places."""
    found: dict[int, tuple[Conduct, str]] = {}
    concerned = constitution.concerned(probes)
    for conduct, way in ((Conduct.VIOLATES, judge.breaks), (Conduct.WORSE, judge.worse)):
        for principle, places in concerned.items():
            left = [place for place in places if place not in found]
            said = way(principle, [given[place] for place in left])
            found |= {
                place: (conduct, principle.name)
                for place, yes in zip(left, said, strict=True)
                if yes
            }
    return found
