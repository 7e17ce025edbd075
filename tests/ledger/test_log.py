"""Records behind damage in the log are told before it is emptied, and a write under way is none."""

import random
import shutil
from collections import Counter

import pytest

from benchmarks.ledger_damage import records, survey, trial, written
from evomerge.errors import RunFolderError
from evomerge.ledger import FILE, Ledger, log, repair
from evomerge.ledger.pages import LOG, rows_in_log


@pytest.fixture(autouse=True)
def _nobody_writes_meanwhile(monkeypatch):
    monkeypatch.setattr(log, "LOOK_S", 0.0)


@pytest.fixture
def killed(tmp_path):
    before, _ = written(tmp_path, trials=8)
    return before


def test_a_log_whose_beginning_is_damaged_is_told_and_all_behind_it_brought_back(killed):
    file = killed.folder / (FILE + LOG)
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)
    for create in (False, True):
        with pytest.raises(RunFolderError, match="its log is, behind record 0"):
            Ledger(killed.folder, create=create)
    recovered = repair(killed.folder)
    assert recovered.records == len(killed.records)
    assert {
        n: r for n, r in records(killed.folder).items() if n in killed.records
    } == killed.records


def test_a_transaction_that_was_under_way_is_no_damage(killed):
    file = killed.folder / (FILE + LOG)
    file.write_bytes(file.read_bytes()[:-1])
    with Ledger(killed.folder, create=True):
        pass
    assert len(records(killed.folder)) == len(killed.records) - killed.last


def test_a_log_that_was_begun_again_holds_no_lost_records(tmp_path, killed):
    folder = tmp_path / "again"
    shutil.copytree(killed.folder, folder)
    with Ledger(folder, create=True) as ledger:
        ledger._db._db.execute("PRAGMA wal_checkpoint(RESTART)")
        ledger.record(*trial(9, random.Random(9)))  # at the log's beginning; old pages behind it
        shutil.copytree(folder, tmp_path / "copy")
    assert {row.number for row in rows_in_log(tmp_path / "copy" / FILE)} > {1, len(killed.records)}
    assert len(records(tmp_path / "copy")) == len(killed.records) + 2


def test_whatever_is_damaged_nothing_differs_in_silence(tmp_path):
    """The benchmark, on a few of the bytes and bits: it raises where something does."""
    found = dict(survey(tmp_path, flips=4, every=1009, trials=8))
    assert all(ends.total() >= 4 for ends in found.values())
    alone = {"all there", "told, all there", "last trial lost", "told, last trial lost"}
    assert Counter(found["torn write to the log"]).keys() <= alone
    assert Counter(found["torn move of the log into the file"]).keys() <= alone
