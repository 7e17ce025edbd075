from evomerge.ledger import Cost, Ledger, Part, State
from tests.ledger.facts import PART


def test_a_part_that_failed_has_a_reason_and_nothing_else():
    part = Part("d", "search", State.FAILED, "NaN")
    assert (part.scores, part.audit, part.answers, part.cost) == ((), {}, {}, Cost())


def test_a_part_is_kept_with_scores_audit_and_answers(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record_part(PART)
    with Ledger(tmp_path) as ledger:
        assert ledger.parts(with_scores=True) == [PART]
        (light,) = ledger.parts()
    assert (light.audit, light.scores, light.answers) == (PART.audit, (), {})
