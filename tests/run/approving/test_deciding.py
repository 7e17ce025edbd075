"""Winners approved and rejected by people."""

import json

import pytest

from evomerge.approval.statement import SignerDecision
from evomerge.approval.verification import verify
from evomerge.errors import RunFolderError, UserError
from evomerge.ledger import BudgetRaised, Ledger, WinnerLetOut, WinnerSigned
from evomerge.report.reader import view_of
from evomerge.report.view import RunState
from evomerge.run.approving.deciding import decide
from evomerge.run.folder.folder import RunFolder
from tests.approval.signers import ALICE, BOB, EVE
from tests.quarantined import REFUSED, quarantined, rewrite

YES, NO = SignerDecision.APPROVED, SignerDecision.REJECTED


def signed(run):
    with Ledger(run) as ledger:
        return [one.statement["decision"] for one in ledger.all_of(WinnerSigned)]


def test_a_winner_leaves_when_all_have_signed(tmp_path):
    run = quarantined(tmp_path)
    first = decide(run, ALICE, YES, " well made ", clock=lambda: 0.0)
    assert (first.is_out, first.signatures.missing) == (False, 1)
    assert first.signatures.approved[0].statement.time == "1970-01-01T00:00:00Z"
    assert first.signatures.approved[0].statement.note == "well made"
    assert not (run / "winner").exists()
    assert decide(run, BOB, YES, "yes").is_out
    assert verify(run / "winner", [ALICE.public, BOB.public]).is_whole
    assert not (run / "quarantine" / "winner").exists()
    card = (run / "winner" / "README.md").read_text()
    assert "well made" in card
    manifest = json.loads((run / "winner" / "manifest.json").read_text())
    assert "approvals.json" in manifest["files"]
    view = view_of(run)
    assert (view.state, view.passage(0).is_out) == (RunState.FINISHED, True)


def test_as_many_as_the_recipe_needs(tmp_path):
    run = quarantined(tmp_path, needs=1)
    assert decide(run, BOB, YES, "yes").is_out
    assert len(verify(run / "winner").approvals) == 1


def test_a_rejected_winner_stays_until_the_same_signer_approves(tmp_path):
    run = quarantined(tmp_path, needs=1)
    decide(run, BOB, NO, "its answers are rude")
    assert not decide(run, ALICE, YES, "they are not").is_out
    assert decide(run, BOB, YES, "they are not, indeed").is_out
    assert signed(run) == ["rejected", "approved", "approved"]


def test_what_is_said_twice_is_recorded_once(tmp_path):
    run = quarantined(tmp_path)
    for _ in range(2):
        decide(run, ALICE, YES, "yes")
    assert signed(run) == ["approved"]
    decide(run, BOB, YES, "yes")
    assert decide(run, BOB, YES, "yes").is_out
    with Ledger(run) as ledger:
        assert len(ledger.all_of(WinnerLetOut)) == 1
    with pytest.raises(UserError, match="has left quarantine, and nothing signed now"):
        decide(run, BOB, NO, "no")


def test_no_signature_stands_in_for_a_gate(tmp_path):
    run = quarantined(tmp_path, refused=True)
    with pytest.raises(UserError, match=f"as the sealed items refuse it: {REFUSED}; no signature"):
        decide(run, ALICE, YES, "yes")
    assert decide(run, ALICE, NO, "no").held
    assert signed(run) == ["rejected"]


def test_only_those_whom_the_recipe_names_may_sign(tmp_path):
    run = quarantined(tmp_path)
    for decision in SignerDecision:
        with pytest.raises(UserError, match=r"is none of its recipe's \(SHA256:.*alice.*bob"):
            decide(run, EVE, decision, "yes")
    assert signed(run) == []


@pytest.mark.parametrize("note", ["", "  \n", "x" * 2001, "half \udc80"])
def test_a_note_says_why(tmp_path, note):
    said = f"--note: say why.*this has {len(note.strip())}$" if note.isascii() else "UTF-8 text"
    with pytest.raises(UserError, match=said):
        decide(tmp_path, ALICE, YES, note)


def test_what_was_changed_in_quarantine_is_not_signed(tmp_path):
    run = quarantined(tmp_path)
    rewrite(run / "quarantine" / "winner", "config.json", b"{}")
    with pytest.raises(RunFolderError, match=r"the files in it differ.*promote .* 0` writes it"):
        decide(run, ALICE, YES, "yes")
    (run / "quarantine" / "winner" / "proof.json").write_text("{}")
    with pytest.raises(RunFolderError, match=r"proof\.json has 2 bytes"):
        decide(run, ALICE, YES, "yes")
    assert signed(run) == []


def test_nothing_waits_in_a_run_that_is_not_finished_or_under_way(tmp_path):
    run = quarantined(tmp_path)
    with RunFolder(run) as folder:
        with pytest.raises(RunFolderError, match="a process goes on with it"):
            decide(run, ALICE, YES, "yes")
        folder.ledger.record(BudgetRaised({"evaluations": 9}, 0.0))
    with pytest.raises(RunFolderError, match="is not finished, so nothing waits"):
        decide(run, ALICE, YES, "yes")
    with pytest.raises(RunFolderError, match="not a run folder"):
        decide(tmp_path / "none", ALICE, YES, "yes")
    assert not (tmp_path / "none").exists()


def test_a_finalist_that_was_not_tested_waits_for_nothing(tmp_path):
    with pytest.raises(UserError, match=r"finalist 3 waits for no signature"):
        decide(quarantined(tmp_path), ALICE, YES, "yes", finalist=3)
