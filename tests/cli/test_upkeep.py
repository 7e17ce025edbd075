"""Ledgers of runs, looked after from the command line."""

from evomerge.ledger import FILE, Ledger
from tests.cli.calling import call
from tests.ledger.stored import RELEASED, unpack
from tests.report.history import HISTORY


def test_a_ledger_of_an_earlier_version_is_brought_up_once(work):
    unpack(RELEASED, work / "run")
    first, second = call("upgrade", "run"), call("upgrade", "run")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "run: upgraded; the ledger as it was is" in first.stderr
    assert "nothing to do" in second.stderr
    assert first.stdout == second.stdout == ""


def test_a_whole_ledger_needs_no_repair(work):
    (work / "run").mkdir()
    with Ledger(work / "run", create=True) as ledger:
        for what in HISTORY:
            ledger.record(what)
    before = (work / "run" / FILE).read_bytes()
    done = call("repair", "run")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing to do, its ledger is whole" in done.stderr
    assert (work / "run" / FILE).read_bytes() == before
