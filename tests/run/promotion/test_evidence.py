from dataclasses import replace

import pytest

from evomerge.ledger import UNIFORM, WINNER, Trial
from evomerge.ledger import State as Ended
from evomerge.report.verdict import FloorTest
from evomerge.run.promotion.evidence import Evidence
from evomerge.score.proof.comparison import NonInferiority
from tests.report.history import FLAG, VERDICT, comparison
from tests.run.fakes import A, B

FITNESS = {WINNER: 0.75, A: 0.5, B: 0.25, UNIFORM: 0.375}
SOUND = Evidence(
    VERDICT.opening,
    {
        model: Trial(model.label, "test", {}, Ended.SCORED, fitness=f, task_means={"t": f})
        for model, f in FITNESS.items()
    },
    [A, B],
    {A: VERDICT.comparisons["A"], B: VERDICT.comparisons["B"]},
    dict(VERDICT.floors),
    [FLAG],
)
WEAK = replace(VERDICT.comparisons["B"], fitness=comparison(0.01, p_value=0.4))
FORMAT = replace(VERDICT.comparisons["A"], lenient=comparison(0.1, p_value=0.2))
DROPPED = FloorTest("A", NonInferiority(-0.2, -0.3, 0.1, False, 12))


def test_what_speaks_against_nothing_is_promoted():
    verdict = SOUND.verdict
    assert verdict.promoted
    assert (verdict.best, verdict.p_value, verdict.flags) == ("A", 0.001, (FLAG,))
    assert verdict.scores == VERDICT.scores
    assert [*verdict.comparisons] == ["A", "B"]


@pytest.mark.parametrize(
    "change, reason",
    [
        (
            {"missing": {"A": "no memory"}, "rivals": (), "against": {}},
            "A could not be scored on the sealed items (no memory); without it nothing is proved",
        ),
        ({"unfit": ["the judge is moody"]}, "the judge is moody"),
        (
            {"against": {**SOUND.against, B: WEAK}},
            "not shown to be better than B (+0.010, p = 0.4, level 0.03)",
        ),
        (
            {"against": {**SOUND.against, A: FORMAT}},
            "format, not skill: of +0.250 over A +0.100 (p = 0.2) is left where a right answer "
            "counts in whatever form (--accept-format to promote it all the same)",
        ),
        (
            {"floors": {"t": DROPPED}},
            "t: not shown to keep within 0.1 of A (-0.200, lower bound -0.300)",
        ),
    ],
)
def test_each_reason_refuses(change, reason):
    assert replace(SOUND, **change).verdict.reasons == (reason,)


def test_a_gain_of_format_counts_where_the_user_says_so():
    accepted = replace(SOUND, against={**SOUND.against, A: FORMAT}, accept_format=True)
    assert accepted.verdict.promoted


def test_the_p_value_is_the_largest_of_the_rivals():
    assert replace(SOUND, against={**SOUND.against, B: WEAK}).p_value == 0.4
    assert replace(SOUND, missing={"A": "no memory"}).p_value == 1.0
