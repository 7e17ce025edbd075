import sqlite3

import pytest

from evomerge.errors import RunFolderError, Stopped
from evomerge.ledger.hindered import unread, unwritten


@pytest.fixture
def db(tmp_path):
    """A table in a file that may have two pages, which it has."""
    file = tmp_path / "a.sqlite"
    db = sqlite3.connect(file)
    db.execute("CREATE TABLE t (x)")
    db.commit()
    db.execute("PRAGMA max_page_count = 2")
    yield db
    db.close()


@pytest.mark.parametrize(
    ("statement", "cure"),
    [("INSERT INTO t VALUES (zeroblob(100000))", "make room"), ("SELECT y FROM t", "mend that")],
)
def test_what_hinders_is_told_with_what_to_do(tmp_path, db, statement, cure):
    with pytest.raises(sqlite3.OperationalError) as raised:
        db.execute(statement)
    error = raised.value
    told = unwritten(tmp_path, error, "resume")
    assert isinstance(told, Stopped)
    assert str(told) == f"{tmp_path}: cannot be written ({error}); {cure}, then resume"
    told = unread(tmp_path, error)
    assert isinstance(told, RunFolderError)
    assert str(told).endswith(f"cannot be read ({error}); mend that, then give the command again")
