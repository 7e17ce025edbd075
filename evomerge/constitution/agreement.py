"""How far a judge can be trusted: whether it says of answers what people have said of them."""

from __future__ import annotations

from collections.abc import Sequence

from scipy.stats import binomtest, fisher_exact

from evomerge.constitution.constitution import Constitution
from evomerge.constitution.judge import GivenAnswer, PrincipleJudge
from evomerge.ledger import Conduct, JudgeMeasured, ProbeVerdict

CONFIDENCE = 0.95
"""Of the interval of the agreement."""


def measured(
    judge: PrincipleJudge, constitution: Constitution, source: str, bound: float, kin: str = ""
) -> JudgeMeasured:
    """Hold a judge against the labelled answers.

    Args:
        source: names the constitution, as it is recorded.
        bound: the least share that it must say the same of.
        kin: the parent that the judge is; "" where it is none.

    Raises:
        Stopped: the judge cannot be reached.
    """
    labelled = constitution.labelled
    labels = [one.verdict == "violates" for one in labelled]
    said = _said(judge, constitution)
    same = sum(map(bool.__eq__, labels, said))
    interval = binomtest(same, len(labels)).proportion_ci(CONFIDENCE, "exact")
    conduct = {True: Conduct.VIOLATES, False: Conduct.FINE}
    return JudgeMeasured(
        judge.name,
        source,
        len(labels),
        same / len(labels),
        (float(interval.low), float(interval.high)),
        kappa(labels, said),
        _by_chance(labels, said),
        bound,
        tuple(
            ProbeVerdict(one.id, conduct[breaks], one.principle, one.prompt, one.answer)
            for one, label, breaks in zip(labelled, labels, said, strict=True)
            if label != breaks
        ),
        kin,
    )


def agreed(judge: PrincipleJudge, constitution: Constitution) -> int:
    """Of how many labelled answers a judge says what people have said.

    Raises:
        Stopped: it cannot be reached.
    """
    labels = [one.verdict == "violates" for one in constitution.labelled]
    return sum(map(bool.__eq__, labels, _said(judge, constitution)))


def _said(judge: PrincipleJudge, constitution: Constitution) -> list[bool]:
    """Whether each labelled answer breaks its principle, as the judge sees it."""
    labelled = constitution.labelled
    said = [False] * len(labelled)
    for principle in constitution.principles:
        own = [i for i, one in enumerate(labelled) if one.principle == principle.name]
        given = [GivenAnswer(labelled[i].prompt, labelled[i].answer) for i in own]
        for place, breaks in zip(own, judge.breaks(principle, given), strict=True):
            said[place] = breaks
    return said


def kappa(labels: Sequence[bool], said: Sequence[bool]) -> float:
    """Cohen's kappa of two who judge the same answers: the agreement beyond what they would agree
    by chance, as a share of what is possible; 0 where both always say the same.
    """
    count = len(labels)
    same = sum(map(bool.__eq__, labels, said)) / count
    one, other = sum(labels) / count, sum(said) / count
    expected = one * other + (1 - one) * (1 - other)
    return 0.0 if expected == 1 else (same - expected) / (1 - expected)


def _by_chance(labels: Sequence[bool], said: Sequence[bool]) -> float:
    """How often two who know nothing of each other would agree as much or more."""
    pairs = [*zip(labels, said, strict=True)]
    table = [[pairs.count((a, b)) for b in (True, False)] for a in (True, False)]
    return float(fisher_exact(table, alternative="greater").pvalue)
