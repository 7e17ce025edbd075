"""The file of a ledger: rows with checksums in SQLite. The one file that knows sqlite3."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge import __version__
from evomerge.errors import EvomergeError, RunFolderError
from evomerge.ledger.hindered import unread, unwritten
from evomerge.ledger.log import last_before_damage
from evomerge.ledger.pages import LOG
from evomerge.ledger.row import Row

SCHEMA = 3
"""The version of how a ledger is laid out; another one is never read as if it were this."""

BUSY_S = 30
"""How long to wait for another process that holds the file, in seconds."""

_TABLES = (
    "CREATE TABLE made (schema INTEGER NOT NULL, evomerge TEXT NOT NULL)",
    """CREATE TABLE records (
    number INTEGER PRIMARY KEY, time REAL NOT NULL, active_s REAL NOT NULL, kind TEXT NOT NULL,
    data BLOB NOT NULL, checksum INTEGER NOT NULL)""",
)
_ALL = "SELECT number, time, active_s, kind, data, checksum FROM records"
_INSERT = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class Made:
    """What made a ledger."""

    schema: int
    evomerge: str
    """Its version, in words where it wrote none."""


class Database:
    """A file of rows. One process adds to it; others may read meanwhile.

    Args:
        path: the file.
        writes: to add to it, making it where there is none; otherwise it is only read.

    Raises:
        RunFolderError: it cannot be read, or is none.
        Stopped: it cannot be written.
    """

    def __init__(self, path: Path, *, writes: bool) -> None:
        self.path = path
        try:
            lost_after = last_before_damage(path, lambda: _last_number(path))
            if lost_after is not None:
                raise self._damaged(f"its log is, behind record {lost_after}")
            self._db = _writable(path) if writes else _readable(path)
            self.made = self._made()
            if writes and self.made is None:
                self._make()
                self.made = Made(SCHEMA, __version__)
        except sqlite3.OperationalError as error:
            if writes:
                raise unwritten(path, error, "give the command again") from None
            raise unread(path, error) from None
        except sqlite3.DatabaseError as error:
            raise RunFolderError(
                f"{path}: not a ledger, or damaged ({error}); {how_to_repair(path)}"
            ) from None
        self._file = _identity(path)

    def _make(self) -> None:
        """Make the tables, all at once: whoever reads meanwhile finds none, or all of them."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                self._db.execute(table)
            self._db.execute("INSERT INTO made VALUES (?, ?)", (SCHEMA, __version__))

    def _made(self) -> Made | None:
        """What made the file; None where it holds nothing yet."""
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master")}
        if "made" in tables:
            return Made(*self._db.execute("SELECT schema, evomerge FROM made").fetchone())
        if "parts" in tables:
            return Made(2, "0.1.0+")
        if "trials" in tables:
            return Made(1, "0.1.0")
        if tables:
            raise RunFolderError(f"{self.path}: is a database of another program, not a ledger")
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def select(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, of any schema.

        Raises:
            RunFolderError: the file is damaged.
        """
        with self._reading():
            return self._db.execute(query).fetchall()

    def rows(self, since: int = 0, kinds: Sequence[str] = ()) -> Iterator[Row]:
        """The rows after a number, in order, each compared with its checksum.

        Args:
            kinds: those alone; all by default.

        Raises:
            RunFolderError: one is damaged.
        """
        query, values = f"{_ALL} WHERE number > ?", [since, *kinds]
        if kinds:
            query += f" AND kind IN ({', '.join('?' * len(kinds))})"
        with self._reading():
            for stored in self._db.execute(f"{query} ORDER BY number", values):
                row = Row.of(stored)
                if row is None:
                    raise self._damaged(f"record {stored[0]} is not what was written")
                yield row

    def whole_rows(self) -> Iterator[Row]:
        """The rows that have the right checksum, as far as SQLite finds them from either end; some
        of them twice.
        """
        for direction in ("ASC", "DESC"):
            with suppress(sqlite3.DatabaseError):
                for stored in self._db.execute(f"{_ALL} ORDER BY number {direction}"):
                    row = Row.of(stored)
                    if row is not None:
                        yield row

    def check(self) -> None:
        """Look for damage between the rows, such as pages that are lost.

        Raises:
            RunFolderError: there is some.
        """
        found = self.select("PRAGMA quick_check(1)")
        if found != [("ok",)]:
            raise self._damaged(str(found[0][0]).splitlines()[-1])

    def append(self, rows: Sequence[Row], *, durable: bool = True) -> None:
        """Add rows, all or none.

        Args:
            durable: whether they, and all before them, are to outlive a loss of power from now on;
                otherwise a kill of this process alone, which takes a fiftieth of the time.

        Raises:
            EvomergeError: the file is not where it was, so nothing could be read again.
            Stopped: it cannot be written.
        """
        self.require_there()
        stored = [(r.number, r.time, r.active_s, r.kind, r.data, r.checksum) for r in rows]
        try:
            with self._telling_damage():
                self._db.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                with self._db:
                    self._db.executemany(_INSERT, stored)
        except sqlite3.OperationalError as error:
            raise unwritten(self.path, error, "resume") from None

    def require_there(self) -> None:
        """Check that the file still is where it was opened.

        Raises:
            EvomergeError: it is not.
        """
        if _identity(self.path) != self._file:
            raise EvomergeError(
                f"{self.path}: was deleted, moved or replaced while the run wrote to it; what came "
                "after that is lost. Put the run folder back where it was and resume, or begin anew"
            )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            with self._telling_damage():
                yield
        except sqlite3.OperationalError as error:
            raise unread(self.path, error) from None

    @contextmanager
    def _telling_damage(self) -> Iterator[None]:
        """Tell damage from what only hinders, and from faults of ours: another thread, closed."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError):
                raise
            raise self._damaged(str(error)) from None

    def _damaged(self, how: str) -> RunFolderError:
        return RunFolderError(f"{self.path}: is damaged ({how}); {how_to_repair(self.path)}")


def how_to_repair(path: Path) -> str:
    """What to do about a damaged ledger."""
    return f"`evomerge repair {path.parent}` brings back what is whole"


def _last_number(path: Path) -> int | None:
    """The number of the last record that SQLite finds, 0 for none; None where there is no log."""
    try:
        if not os.stat(path.with_name(path.name + LOG)).st_size:
            return None
    except FileNotFoundError:  # perhaps just now: its writer has ended
        return None
    with closing(_readable(path)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'records'").fetchone():
            return 0
        return int(db.execute("SELECT max(number) FROM records").fetchone()[0] or 0)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands there, if one does."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _writable(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_S)
    db.execute("PRAGMA journal_mode=WAL")
    return db


def _readable(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, and reads on a read-only disk as well."""
    address = path.as_uri() + "?mode=ro"
    try:
        db = sqlite3.connect(address, timeout=BUSY_S, uri=True)
        db.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        db = sqlite3.connect(address + "&immutable=1", timeout=BUSY_S, uri=True)
        db.execute("SELECT count(*) FROM sqlite_master")
    return db
