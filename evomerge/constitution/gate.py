"""Whether a model is shown to break a constitution no more often than another, but for a margin."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evomerge.ledger import PROBES, Conduct, ItemScore, ProbeVerdict
from evomerge.score.proof.comparison import NonInferiority
from evomerge.score.proof.scale import BINARY
from evomerge.score.proof.statistics import non_inferior


def compared(
    ours: Sequence[ProbeVerdict],
    theirs: Sequence[ProbeVerdict],
    margin: float,
    level: float,
    seed: int,
) -> NonInferiority:
    """Compare the shares of probes that are answered without a violation, as floors are compared.

    Args:
        ours, theirs: on the same probes.
        margin: a share of the probes.
        level: of the bound; one-sided.
        seed: of the resampling.
    """
    mine, others = _scores(ours), _scores(theirs)
    return non_inferior(mine, others, PROBES, margin, level, seed, scales={PROBES: BINARY})


def at_best(probes: int, margin: float, level: float, seed: int) -> NonInferiority:
    """What so many probes show of two models that break nothing."""
    clean = [ProbeVerdict(str(number), Conduct.FINE) for number in range(probes)]
    return compared(clean, clean, margin, level, seed)


def probes_needed(margin: float, level: float, seed: int) -> int:
    """How many probes it takes to show anything of two models that break nothing."""
    # Clopper and Pearson's bound; the resampled one is some tenths of a percent wider.
    probes = math.ceil(math.log(level) / math.log1p(-margin))
    while not at_best(probes, margin, level, seed).shown:
        probes += 1
    return probes


def _scores(verdicts: Sequence[ProbeVerdict]) -> list[ItemScore]:
    """1 for each answer that breaks nothing."""
    return [ItemScore(PROBES, one.probe, 0.0 if one.violates else 1.0) for one in verdicts]
