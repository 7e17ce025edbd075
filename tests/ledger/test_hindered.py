import sqlite3

import pytest

from evomerge.errors import RunFolderError, Stopped
from evomerge.ledger.hindered import unread, unwritten


@pytest.mark.parametrize(
    ("code", "cure"),
    [(sqlite3.SQLITE_FULL, "make room"), (sqlite3.SQLITE_READONLY, "mend that")],
)
def test_what_hinders_is_told_with_what_to_do(tmp_path, code, cure):
    error = sqlite3.OperationalError("why")
    error.sqlite_errorcode = code
    told = unwritten(tmp_path, error, "resume")
    assert isinstance(told, Stopped)
    assert str(told) == f"{tmp_path}: cannot be written (why); {cure}, then resume"
    told = unread(tmp_path, error)
    assert isinstance(told, RunFolderError)
    assert str(told).endswith("cannot be read (why); mend that, then give the command again")
