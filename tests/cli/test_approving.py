"""Winners signed and verified from the command line."""

import json

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from tests.approval.signers import ALICE, write_key
from tests.cli.calling import call
from tests.quarantined import quarantined

HOSTILE = "<script>\x1b[31m"


@pytest.fixture
def run(tmp_path):
    return quarantined(tmp_path)


def test_a_winner_on_its_way_out(run, tmp_path):
    alice, bob = (write_key(tmp_path, name) for name in ("alice", "bob"))
    waits = call("approvals", run)
    assert (waits.exit_code, waits.stdout.count("\n")) == (0, 1)
    assert "the winner is in quarantine: waits for 2 signatures (SHA256:" in waits.stdout
    assert f"run: evomerge approve {run} --key FILE --note TEXT" in waits.stdout
    first = call("approve", run, "--key", alice, "--note", HOSTILE)
    assert first.exit_code == 0, first.stderr
    assert json.loads(first.stdout)["missing"] == 1
    assert "waits for 1 signature (" in first.stderr
    assert "\x1b" not in first.stdout + first.stderr
    rejected = call("reject", run, "--key", bob, "--note", "rude")
    assert json.loads(rejected.stdout)["state"] == "rejected"
    assert "it is rejected" in call("status", run).stdout
    last = call("approve", run, "--key", bob, "--note", "not rude")
    assert (last.exit_code, json.loads(last.stdout)["state"]) == (0, "released")
    (listed,) = json.loads(call("approvals", run, "--json").stdout)
    assert [one["statement"]["note"] for one in listed["signed"]] == [HOSTILE, "not rude"]
    assert call("approvals", run).stdout.startswith("the winner has left quarantine\n")
    status = call("status", run)
    assert (status.exit_code, "has left quarantine" in status.stdout) == (0, True)


def test_a_released_winner_is_verified(run, tmp_path):
    for name in ("alice", "bob"):
        call("approve", run, "--key", write_key(tmp_path, name), "--note", HOSTILE)
    write_key(tmp_path, "eve")
    model = run / "winner"
    own = call("verify", model)
    assert (own.exit_code, own.stderr) == (0, "")
    assert "trusted: nobody but the folder" in own.stdout
    assert "\x1b" not in own.stdout
    trusted = call("verify", model, "--key", tmp_path / "alice.pub", "--json")
    assert json.loads(trusted.stdout)["trusted"] == [ALICE.public.text]
    strange = call("verify", model, "--key", tmp_path / "eve.pub")
    assert (strange.exit_code, strange.stdout) == (2, "")
    assert "(eve) is none of the keys that its recipe asks for" in strange.stderr
    (model / "extra\x1b.py").write_text("")
    refused = call("verify", model, "--json")
    assert refused.exit_code == 2
    assert not json.loads(refused.stdout)["whole"]
    assert "was not when the folder was written" in refused.stderr
    assert "\x1b" not in refused.stderr + refused.stdout


@pytest.mark.parametrize("answer, code", [("sesame\n", 0), ("other\n", 2), ("", 1)])
def test_a_password_is_asked_for_and_not_shown(run, tmp_path, answer, code):
    from typer.testing import CliRunner

    from evomerge.cli.main import app

    key = write_key(tmp_path, "alice", PrivateFormat.PKCS8, "sesame")
    words = ["approve", str(run), "--key", str(key), "--note", "x"]
    done = CliRunner().invoke(app, words, input=answer)
    assert done.exit_code == code, done.stderr
    assert "sesame" not in done.stdout + done.stderr


def test_mistakes_say_what_to_do(run, tmp_path):
    eve = write_key(tmp_path, "eve")
    for words, told in (
        (("approve", run, "--key", eve, "--note", "x"), "is none of its recipe's"),
        (("approve", run, "--key", tmp_path / "eve.pub", "--note", "x"), "without .pub"),
        (("approve", run, "--key", tmp_path / "none", "--note", "x"), "cannot be read"),
        (("approve", tmp_path, "--key", eve, "--note", "x"), "not a run folder"),
        (("verify", tmp_path / "none"), "is a link, or no folder"),
        (("verify", run, "--key", eve), "is a private key"),
    ):
        done = call(*words)
        assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
