"""Whole runs whose winners must be signed, and one whose grader changes under it."""

import shutil

import pytest

from evomerge import evolve, resume, status
from evomerge.approval.statement import SignerDecision
from evomerge.approval.verification import verify
from evomerge.errors import RunFolderError, Tampered
from evomerge.ledger import EvaluatorChanged, ItemsOpened, Ledger, RunFailed, Told
from evomerge.permissions import Permissions
from evomerge.recipe import parse_recipe
from evomerge.run.approving.deciding import decide
from evomerge.run.commands import promote_finalist
from evomerge.zoo import TASKS
from tests.approval.signers import ALICE, BOB, line
from tests.run.small import TEXT

SMALL = TEXT.replace("evaluations: 10", "evaluations: 6").replace("test: 60", "test: 30")
ASKS = SMALL + f"  approval: {{by: ['{line(ALICE)}', '{line(BOB)}'], needs: 1}}\n"


def test_a_winner_waits_is_signed_and_leaves_and_so_does_a_finalist(tmp_path):
    run = evolve(parse_recipe(ASKS), tmp_path / "run")
    folder = run.folder
    assert run.promoted
    assert run.winner == folder / "quarantine" / "winner"
    assert "Not released before 1 of these keys" in (run.winner / "README.md").read_text()
    assert not (folder / "winner").exists()
    assert resume(folder) == run
    assert not promote_finalist(folder, 1).winner.is_relative_to(folder / "finalists")
    decide(folder, ALICE, SignerDecision.APPROVED, "yes")
    left = resume(folder)
    assert (left.winner, left.in_quarantine) == (folder / "winner", False)
    found = verify(left.winner, [ALICE.public])
    assert (found.problems, found.verdict) == ((), "promoted")
    assert found.weights_sha256 == run.weights_sha256
    first, second = status(folder)["quarantine"]
    assert (first["state"], second["finalist"]) == ("released", 1)
    if second["state"] == "waiting":  # it may be refused, as the second opening asks more
        decide(folder, BOB, SignerDecision.APPROVED, "yes", finalist=1)
        assert verify(folder / "finalists" / "1", [BOB.public]).is_whole


def test_a_grader_that_changes_under_a_run_ends_it_before_anything_is_opened(tmp_path):
    for name in ("arithmetic.yaml", "arithmetic.jsonl"):
        shutil.copy(TASKS / name, tmp_path)
    grader = tmp_path / "judge.py"
    text = "def judge(doc, answer):\n    return float(answer.strip() == str(doc['answer']))\n"
    grader.write_text(text)
    judged = f"{{task: {tmp_path}/arithmetic.yaml, python: '{grader}:judge'}}"
    recipe = parse_recipe(SMALL.replace("{task: zoo_arithmetic, metric: exact_match}", judged))
    permissions = Permissions((tmp_path,), allow_python=True)

    def touch(record):
        if isinstance(record.what, Told):
            grader.write_text(text.replace("strip()", "strip('x')"))

    folder = tmp_path / "run"
    with pytest.raises(Tampered, match=rf"{grader} has changed: its sha256 was \w+ and is \w+"):
        evolve(recipe, folder, permissions=permissions, watch=touch)
    assert not (folder / "winner").exists()
    with Ledger(folder) as ledger:
        assert ledger.all_of(ItemsOpened) == []
        assert "judge.py has changed" in ledger.all_of(RunFailed)[-1].reason
        assert [*ledger.all_of(EvaluatorChanged)[-1].files] == [str(grader)]
    with pytest.raises(RunFolderError, match=r"what judges .* has changed"):
        resume(folder)
    grader.write_text(text)
    assert resume(folder).winner.exists()
