"""What is uploaded of a run, and when nothing is."""

import pytest

from evomerge.approval.statement import SignerDecision
from evomerge.errors import RunFolderError, UserError
from evomerge.ledger import BudgetRaised, Finished, WinnerQuarantined
from evomerge.run.approving.deciding import decide
from evomerge.run.folder.folder import RunFolder
from evomerge.run.publishing.shipment import shipment_of
from tests.approval.signers import ALICE, BOB
from tests.quarantined import quarantined
from tests.released import REFUSED
from tests.report.history import PROVED, SEARCHED
from tests.report.test_verdict_json import RELEASED

FILES = ["README.md", "config.json", "manifest.json", "model.safetensors"]


def test_a_winner_with_all_that_was_released_and_nothing_else(finished):
    run = finished()
    (run / "winner" / "notes.txt").write_text("mine")
    shipment = shipment_of(run, refused=False)
    assert [*shipment.files] == FILES
    assert shipment.outcome == "promoted"
    (run / "report.html").write_text("<p>")
    assert [*shipment_of(run, refused=False).files] == [*FILES, "report.html"]


def test_a_refused_winner_goes_only_if_that_is_said(finished):
    run = finished(REFUSED)
    with pytest.raises(UserError, match=r"refused \(it is not shown to be better\); --refused"):
        shipment_of(run, refused=False)
    assert shipment_of(run, refused=True).outcome == "refused"


def test_a_refused_winner_comes_from_quarantine(finished):
    held = WinnerQuarantined(0, {}, ("it is not shown to be better",))
    run = finished(REFUSED, facts=(held,))
    (run / "quarantine").mkdir()
    (run / "winner").rename(run / "quarantine" / "winner")
    assert shipment_of(run, refused=True).winner == run / "quarantine" / "winner"


def test_a_winner_that_was_changed_is_not_pushed(finished):
    run = finished()
    (run / "winner" / "README.md").write_text("more of a card")
    shipment_of(run, refused=False)
    file = run / "winner" / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(RunFolderError, match=r"is not what was released"):
        shipment_of(run, refused=False)


def test_a_run_that_is_not_finished_is_not_pushed(tmp_path, finished):
    with pytest.raises(RunFolderError):
        shipment_of(tmp_path / "none", refused=True)
    with RunFolder(tmp_path / "begun") as folder:
        for what in (*SEARCHED, *PROVED):
            folder.ledger.record(what)
        with pytest.raises(RunFolderError, match="a process goes on with it"):
            shipment_of(tmp_path / "begun", refused=True)
    with pytest.raises(RunFolderError, match=r"is not finished.*: evomerge resume"):
        shipment_of(tmp_path / "begun", refused=True)
    raised = finished(facts=(BudgetRaised({"evaluations": 9}, 0.0),))
    with pytest.raises(RunFolderError, match="is not finished"):
        shipment_of(raised, refused=True)


def test_what_an_earlier_version_proved_is_not_pushed(tmp_path):
    with RunFolder(tmp_path / "old") as folder:
        folder.ledger.record(Finished("5eed", RELEASED))
    with pytest.raises(RunFolderError, match="an earlier version of evomerge proved"):
        shipment_of(tmp_path / "old", refused=True)


def test_what_is_in_quarantine_is_not_pushed(tmp_path):
    run = quarantined(tmp_path)
    for refused in (False, True):
        with pytest.raises(UserError, match="is not pushed: the winner is in quarantine: waits"):
            shipment_of(run, refused=refused)
    for key in (ALICE, BOB):
        decide(run, key, SignerDecision.APPROVED, "yes")
    assert "approvals.json" in shipment_of(run, refused=False).files
