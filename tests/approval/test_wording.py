"""What is said of a folder that was verified."""

import json
from pathlib import Path

from evomerge.approval.verification import Verification
from evomerge.approval.wording import describe, verification_to_json
from tests.approval.signers import ALICE, word

WHOLE = Verification(Path("m"), (), "w" * 64, "promoted", (word(ALICE),), 1)


def test_whose_word_it_rests_on_is_said_each_time():
    own = describe(WHOLE)
    assert own[1:3] == [
        "verdict: promoted",
        f"approved by {ALICE.public.fingerprint} at 2026-11-30T12:00:00Z: as it should be",
    ]
    assert own[3].startswith("trusted: nobody but the folder, whose own recipe names these keys")
    given = describe(Verification(**{**WHOLE.__dict__, "trusted": (ALICE.public,)}))
    assert given[3] == f"trusted: the keys that you gave ({ALICE.public.label})"


def test_what_nobody_signed():
    lines = describe(Verification(Path("m"), (), "w", None, unlisted=("report.html",)))
    assert "no signature" in lines[2]
    assert lines[1].startswith("verdict: none")
    assert lines[3] == "report.html: is covered by no hash, and decides nothing"


def test_of_what_is_not_whole_only_problems_are_told():
    found = Verification(Path("m"), ("README.md is gone",))
    assert describe(found) == []
    said = verification_to_json(found)
    assert (said["whole"], said["problems"], said["trust"]) == (False, ["README.md is gone"], None)
    assert json.loads(json.dumps(verification_to_json(WHOLE)))["approvals"] == [word(ALICE).plain()]
