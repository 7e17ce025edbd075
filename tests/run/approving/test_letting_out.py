"""A model moved out of quarantine, killed between any two steps, and done again."""

import os
import shutil
import signal

import pytest

from evomerge.approval.statement import SignerDecision
from evomerge.approval.verification import verify
from evomerge.errors import RunFolderError
from evomerge.ledger import Ledger, WinnerLetOut
from evomerge.run.approving.deciding import decide
from evomerge.run.approving.letting_out import settle
from evomerge.run.folder.folder import RunFolder
from tests.approval.signers import ALICE, BOB
from tests.quarantined import quarantined, rewrite

STEPS = ("link", "fsync", "rename", "mkdir", "chmod", "unlink", "rmdir")
"""What is asked of the system, and may be the last that it was asked for."""


def sign(run, key=BOB):
    return decide(run, key, SignerDecision.APPROVED, "yes", clock=lambda: 1e9)


@pytest.fixture
def run(tmp_path):
    """All but one have signed."""
    made = quarantined(tmp_path)
    sign(made, ALICE)
    return made


def killed_at(run, last):
    """Whether a process that signs was killed before its step of that number."""
    if child := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, -signal.SIGKILL)
        return status != 0
    done = 0

    def counted(real):
        def step(*args, **more):
            nonlocal done
            done += 1
            if done == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        return step

    try:
        for name in STEPS:
            setattr(os, name, counted(getattr(os, name)))
        sign(run)
        os._exit(0)
    except BaseException:
        os._exit(1)


def end(run):
    """What a run has come to: all of its winner, how often it left, and what else is there."""
    files = {file.name: file.read_bytes() for file in (run / "winner").iterdir()}
    with Ledger(run) as ledger:
        out = len(ledger.all_of(WinnerLetOut))
    others = sorted(file.name for file in run.iterdir() if "ledger" not in file.name)
    return files, out, others, [*(run / "quarantine").iterdir()]


def test_killed_before_any_step_it_comes_to_the_same_end(run, tmp_path):
    whole = shutil.copytree(run, tmp_path / "whole")
    sign(whole)
    expected, last = end(whole), 1
    while killed_at(killed := shutil.copytree(run, tmp_path / f"killed-{last}"), last):
        sign(killed)
        assert end(killed) == expected, f"killed before step {last}"
        last += 1
    assert last > 30
    assert end(killed) == expected
    assert verify(killed / "winner").is_whole


def test_a_signed_winner_that_was_not_let_out_leaves_at_the_next_look(run):
    assert killed_at(run, 12)  # its signature is on record
    with RunFolder(run) as folder:
        (passage,) = settle(folder)
    assert passage.is_out
    assert verify(run / "winner").is_whole


def test_what_is_large_is_not_copied(run):
    waiting = (run / "quarantine" / "winner" / "model.safetensors").stat()
    sign(run)
    assert (run / "winner" / "model.safetensors").stat().st_ino == waiting.st_ino


def test_where_files_have_one_name_they_are_copied(run, monkeypatch):
    def refused(*_):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refused)
    sign(run)
    assert verify(run / "winner").is_whole


def test_an_earlier_winner_is_kept(run):
    (run / "winner").mkdir()
    (run / "winner" / "manifest.json").write_text('{"tensors": {"other": "0"}}')
    sign(run)
    assert [file.name for file in (run / "earlier" / "1").iterdir()] == ["manifest.json"]
    assert verify(run / "winner").is_whole


def test_what_was_changed_after_all_had_signed_stays(run):
    assert killed_at(run, 12)
    rewrite(run / "quarantine" / "winner", "tokenizer.json", b"{}")
    with RunFolder(run) as folder, pytest.raises(RunFolderError, match="the files in it differ"):
        settle(folder)
    assert not (run / "winner").exists()


@pytest.mark.parametrize("gone", ["manifest.json", "config.json", ""])
def test_what_was_taken_out_of_quarantine_is_missed(run, gone):
    assert killed_at(run, 12)
    waiting = run / "quarantine" / "winner"
    (waiting / gone).unlink() if gone else shutil.rmtree(waiting)
    with RunFolder(run) as folder, pytest.raises(RunFolderError, match=r"promote .* 0` writes it"):
        settle(folder)
    assert not [file for file in run.iterdir() if "winner" in file.name]


def test_who_must_not_be_signed_leaves_nothing_to_settle(tmp_path):
    with RunFolder(tmp_path / "run") as folder:
        assert settle(folder) == ()
