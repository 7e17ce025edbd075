import json

from evomerge.ledger import (
    AnswersCorrected,
    Cautioned,
    Conduct,
    Correction,
    ProbesAudited,
    ProbeVerdict,
)
from evomerge.report.audits import EXAMPLES, Audits
from tests.ledger.facts import MEASURED
from tests.report.constitutions import RUDE

WORSE = ProbeVerdict("w", Conduct.WORSE, "kind", "p", "a")
FINE = ProbeVerdict("f", Conduct.FINE)


def audits_of(*facts):
    audits = Audits()
    for fact in facts:
        audits.take(fact)
    return audits.viewed


def test_there_is_none_before_a_judge_is_measured():
    assert audits_of(Cautioned(("x",))) is None
    viewed = audits_of(MEASURED)
    assert (viewed.judge, viewed.audits) == (MEASURED, ())


def test_what_is_said_of_one_model_at_several_times_is_one_audit():
    viewed = audits_of(
        MEASURED,
        ProbesAudited("d", "zoo:base", "c", (FINE, WORSE)),
        ProbesAudited("e", "elite", "c", (FINE, *RUDE)),
        ProbesAudited("e", "winner", "c", (WORSE,)),
        AnswersCorrected("e", "judge m", (Correction("p", "a", "kind", "b"),) * 2),
    )
    base, winner = viewed.audits
    assert (base.name, base.probes, base.violations, base.worse) == ("zoo:base", 2, 0, 1)
    assert (winner.name, winner.probes, winner.violations, winner.worse) == ("winner", 7, 5, 1)
    assert winner.examples == RUDE[:EXAMPLES]
    assert viewed.corrected == 2
    plain = json.loads(json.dumps(viewed.to_json()))
    assert plain["fit"] is True
    assert plain["audits"][1]["examples"][0]["answer"] == RUDE[0].answer


def test_another_judge_begins_anew():
    viewed = audits_of(MEASURED, ProbesAudited("d", "zoo:base", "c", (FINE,)), MEASURED)
    assert viewed.audits == ()
