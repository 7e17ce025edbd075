import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from evomerge import __version__
from evomerge.errors import EvomergeError, RunFolderError
from evomerge.ledger.database import SCHEMA, Database, Made
from evomerge.ledger.row import Row

ROWS = [Row(n, 1.5 * n, 0.5 * n, "kind" if n % 2 else "other", bytes([n])) for n in range(1, 5)]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file.sqlite"
    database = Database(path, writes=True)
    database.append(ROWS[:2])
    database.append(ROWS[2:])
    database.close()
    return path


def test_a_file_says_what_made_it(path):
    assert Database(path, writes=False).made == Made(SCHEMA, __version__)


def test_rows_are_read_in_order_and_by_kind(path):
    database = Database(path, writes=False)
    assert [*database.rows()] == ROWS
    assert [*database.rows(since=2)] == ROWS[2:]
    assert [*database.rows(kinds=["kind"])] == [row for row in ROWS if row.kind == "kind"]
    assert {*database.whole_rows()} == {*ROWS}
    database.check()


def test_a_flipped_bit_is_told(path):
    with sqlite3.connect(path) as changed:
        changed.execute("UPDATE records SET data = x'ff' WHERE number = 3")
    database = Database(path, writes=False)
    with pytest.raises(RunFolderError, match="record 3 is not what was written"):
        [*database.rows()]
    assert {*database.whole_rows()} == {row for row in ROWS if row.number != 3}


def test_a_number_is_given_once(path):
    database = Database(path, writes=True)
    with pytest.raises(RunFolderError, match="UNIQUE"):
        database.append([Row(9, 0.0, 0.0, "new", b""), ROWS[0]])
    assert [*database.rows()] == ROWS  # all or none


def test_what_is_no_ledger_is_told(tmp_path, path):
    (tmp_path / "text").write_text("hello" * 1000)
    with pytest.raises(RunFolderError, match="not a ledger, or damaged"):
        Database(tmp_path / "text", writes=False)
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(RunFolderError, match="not a ledger"):
        Database(tmp_path / "other", writes=False)
    with pytest.raises(RunFolderError, match="cannot be read"):
        Database(tmp_path / "nothing", writes=False)


def test_a_file_that_was_replaced_is_not_written(path):
    database = Database(path, writes=True)
    path.rename(path.with_name("away"))
    with pytest.raises(EvomergeError, match="was deleted, moved or replaced"):
        database.append([Row(5, 0.0, 0.0, "kind", b"")])


def test_a_fault_of_ours_is_no_damage(path):
    database = Database(path, writes=True)

    def in_another_thread(call):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(call).result()

    for call in (lambda: [*database.rows()], lambda: database.append(ROWS), database.check):
        with pytest.raises(sqlite3.ProgrammingError, match="thread"):
            in_another_thread(call)
    assert [*database.rows()] == ROWS
    database.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.select("SELECT 1")


def test_a_file_that_another_process_holds_is_not_damaged(path, monkeypatch):
    monkeypatch.setattr("evomerge.ledger.database.BUSY_S", 0)
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA journal_mode=DELETE")
    database = Database(path, writes=False)
    with sqlite3.connect(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(RunFolderError, match=r"cannot be read \(database is locked\)"):
            database.select("SELECT * FROM records")
