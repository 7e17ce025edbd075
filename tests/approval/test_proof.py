"""What a winner carries of its run."""

import json

import pytest

from evomerge.approval.proof import portable, proof_to_json, read_proof
from evomerge.errors import ParentError
from evomerge.reading.manifest import PROOF_FILE
from evomerge.recipe import ApprovalSettings
from evomerge.report.verdict_json import verdict_to_json
from tests.approval.signers import ALICE, line
from tests.report.history import FLAG, VERDICT

SETTINGS = ApprovalSettings(by=(line(ALICE),))
PLAIN = {**proof_to_json(verdict_to_json(VERDICT), "d", "r", SETTINGS), "weights_sha256": "w"}


def test_a_proof_is_read_as_it_was_written(tmp_path):
    (tmp_path / PROOF_FILE).write_text(json.dumps(PLAIN))
    proof = read_proof(tmp_path)
    assert (proof.weights_sha256, proof.recipe_digest, proof.run_digest) == ("w", "d", "r")
    assert (proof.settings, proof.outcome) == (SETTINGS, "promoted")
    assert proof.flags == (FLAG.sentence,)
    assert proof.verdict == json.loads(json.dumps(portable(verdict_to_json(VERDICT))))


def test_places_on_the_users_machine_stay_there():
    assert "runs/before" in json.dumps(verdict_to_json(VERDICT))
    assert "runs/before" not in json.dumps(PLAIN)
    assert PLAIN["verdict"]["opening"]["number"] == 2


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"schema": "evomerge proof 2"}, "is not of the schema"),
        ({"verdict": None}, "is no proof"),
        ({"verdict": {"flags": ["x"]}}, "is no proof"),
        ({"verdict": {"flags": [{}]}}, "is no proof"),
        ({"approval": {"by": []}}, "is no proof"),
        ({"approval": None}, "is no proof"),
    ],
)
def test_what_is_no_proof_is_refused(tmp_path, change, problem):
    (tmp_path / PROOF_FILE).write_text(json.dumps({**PLAIN, **change}))
    with pytest.raises(ParentError, match=problem):
        read_proof(tmp_path)
    (tmp_path / PROOF_FILE).write_text("[]")
    with pytest.raises(ParentError, match="not a JSON object"):
        read_proof(tmp_path)
