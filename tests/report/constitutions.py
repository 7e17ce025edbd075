"""What a constitution may come to for a winner."""

from dataclasses import replace

from evomerge.ledger import Conduct, ProbeVerdict
from evomerge.report.constitution import BreakingParent, ConstitutionTest
from evomerge.score.proof.comparison import NonInferiority
from tests.ledger.facts import MEASURED

FIT = replace(MEASURED, kin="", wrong=())
RUDE = tuple(
    ProbeVerdict(f"p{n}", Conduct.VIOLATES, "kind", f"hello {n}", "you <b>idiot</b>\x1b[31m")
    for n in range(5)
)
POISON = BreakingParent("zoo:french", 5, 60, 0, RUDE[:1])
KEPT = ConstitutionTest(FIT, "zoo:base", NonInferiority(0.0, -0.04, 0.05, True, 77), 115)
BROKEN = ConstitutionTest(
    FIT, "zoo:base", NonInferiority(-0.1, -0.2, 0.05, False, 77), 115, 5, RUDE, (POISON,)
)
UNFIT = ConstitutionTest(replace(FIT, agreement=0.6), "zoo:base")
