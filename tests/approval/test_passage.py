"""A model's way through quarantine, as records tell it."""

from dataclasses import replace

from evomerge.approval.passage import passage_of, passages_of, quarantined_of
from evomerge.approval.statement import SignerDecision
from evomerge.ledger import BudgetRaised, RunBegan, WinnerLetOut, WinnerQuarantined, WinnerSigned
from tests.approval.signers import ALICE, BOB, CONTENTS, line, word

BEGAN = RunBegan({"recipe": {"evolve": {"approval": {"by": [line(ALICE), line(BOB)]}}}})
WAITS = WinnerQuarantined(0, CONTENTS.plain())
OUT = WinnerLetOut(0, CONTENTS.folder_sha256)


def recorded(said):
    return WinnerSigned(**said.plain())


def test_nobody_waits_where_nobody_must_sign():
    assert passages_of([RunBegan({"recipe": {"evolve": {}}}), WAITS]) == ()
    assert passages_of([RunBegan({}), BEGAN]) == ()
    assert passage_of([BEGAN, WAITS], 1) is None


def test_what_gates_refuse_is_in_quarantine_though_nobody_must_sign():
    refused = WinnerQuarantined(0, {}, ("no",))
    assert quarantined_of([RunBegan({}), refused]) == {0}
    assert quarantined_of([RunBegan({}), refused, BudgetRaised({}, 0.0)]) == frozenset()
    assert quarantined_of([BEGAN, WAITS]) == {0}
    assert quarantined_of([BEGAN, WAITS, OUT]) == frozenset()


def test_a_winner_waits_is_signed_and_leaves():
    events = [BEGAN, WAITS, recorded(word(ALICE))]
    waiting = passage_of(events, 0)
    assert (waiting.contents, waiting.signatures.missing, waiting.may_leave) == (CONTENTS, 1, False)
    signed = passage_of([*events, recorded(word(BOB))], 0)
    assert (signed.may_leave, signed.is_out) == (True, False)
    assert passage_of([*events, recorded(word(BOB)), OUT], 0).is_out


def test_a_gate_holds_whoever_signs():
    held = replace(WAITS, held=("the sealed items refuse it: no",))
    passage = passage_of([BEGAN, held, recorded(word(ALICE)), recorded(word(BOB))], 0)
    assert (passage.signatures.passes, passage.may_leave) == (True, False)


def test_what_is_written_anew_waits_again_and_another_model_is_not_signed():
    signed = [BEGAN, WAITS, recorded(word(ALICE)), recorded(word(BOB)), OUT]
    again = passage_of([*signed, WAITS], 0)
    assert (again.is_out, again.may_leave) == (False, True)
    other = replace(CONTENTS, weights_sha256="0" * 64, folder_sha256="1" * 64)
    anew = passage_of([*signed, WinnerQuarantined(0, other.plain())], 0)
    assert (anew.is_out, anew.signatures.missing) == (False, 2)


def test_a_larger_budget_leaves_nothing_waiting():
    assert passages_of([BEGAN, WAITS, BudgetRaised({}, 0.0)]) == ()


def test_finalists_have_ways_of_their_own():
    other = replace(CONTENTS, folder_sha256="1" * 64)
    events = [BEGAN, WinnerQuarantined(1, other.plain()), WAITS, recorded(word(ALICE)), OUT]
    winner, finalist = passages_of(events)
    assert (winner.finalist, winner.is_out, winner.signatures.missing) == (0, True, 1)
    assert (finalist.finalist, finalist.is_out, finalist.signatures.missing) == (1, False, 2)


def test_what_is_no_statement_counts_for_nothing():
    no = recorded(word(BOB, SignerDecision.REJECTED))
    forged = [WinnerSigned({"note": "x"}, ""), WinnerSigned(no.statement, "x")]
    assert passage_of([BEGAN, WAITS, *forged], 0).signatures.missing == 2
