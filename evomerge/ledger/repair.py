"""A damaged ledger written anew with all records in it that are whole."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from evomerge.errors import RunFolderError
from evomerge.ledger.database import SCHEMA, Database
from evomerge.ledger.encoding import KINDS, decode, encode
from evomerge.ledger.events import ItemsNumbered, Repaired
from evomerge.ledger.exchange import exchange
from evomerge.ledger.ledger import FILE, Ledger
from evomerge.ledger.lock import Lock
from evomerge.ledger.numbering import ItemNumbers
from evomerge.ledger.pages import LOG, rows_in, rows_in_log
from evomerge.ledger.row import Row


@dataclass(frozen=True)
class Recovered:
    """What a repair came to."""

    records: int
    """How many are whole."""
    lost: tuple[tuple[int, int], ...]
    """First and last number of each stretch that is not. What stood after the last whole one is
    not known."""
    kept: Path
    """The damaged file."""


def repair(folder: Path) -> Recovered | None:
    """Write a damaged ledger anew with what is whole, and keep the damaged file beside it.

    What is lost is done again when the run is resumed.

    Returns:
        What came of it; None where nothing is damaged.

    Raises:
        RunFolderError: there is no ledger, it is of another schema, or nothing of it is whole.
    """
    path = (folder / FILE).resolve()
    if not path.is_file():
        raise RunFolderError(f"{folder}: not a run folder (it has no {FILE})")
    lock = Lock(folder)
    try:
        if _is_whole(folder):
            return None
        rows = _decodable(_whole(path))
        if not rows:
            raise RunFolderError(
                f"{path}: no record in it is whole, or it was not made in schema {SCHEMA}; "
                "nothing was changed"
            )
        lost = _gaps(rows)
        kept = _beside(path)
        made = path.with_name(f".{path.name}.made")
        _write(made, rows, lost)
        exchange(path, made, kept)
    finally:
        lock.release()
    return Recovered(len(rows), lost, kept)


def _is_whole(folder: Path) -> bool:
    try:
        Ledger(folder).close()
    except RunFolderError:
        return False
    return True


def _whole(path: Path) -> dict[int, Row]:
    """The records that have the right checksum, by number: by way of SQLite, and page by page."""
    found = {row.number: row for row in (*rows_in(path), *rows_in_log(path))}
    log = path.with_name(path.name + LOG)
    if log.exists() and log.stat().st_size:
        try:
            database = Database(path, writes=False)
        except RunFolderError:
            return found
        found.update({row.number: row for row in database.whole_rows()})
        database.close()
    return found


def _decodable(found: dict[int, Row]) -> list[Row]:
    """Those of them, in order, that can be read without the ones that are lost."""
    numbers, rows = ItemNumbers(), []
    for _, row in sorted(found.items()):
        if row.kind not in KINDS:
            continue
        try:
            what = decode(row.kind, row.data, numbers)
        except (KeyError, ValueError, TypeError):
            continue  # scores of items whose numbers are lost
        if isinstance(what, ItemsNumbered):
            numbers.take(what)
        rows.append(row)
    return rows


def _gaps(rows: list[Row]) -> tuple[tuple[int, int], ...]:
    numbers = [0, *(row.number for row in rows)]
    pairs = pairwise(numbers)
    return tuple((before + 1, after - 1) for before, after in pairs if after > before + 1)


def _write(made: Path, rows: list[Row], lost: tuple[tuple[int, int], ...]) -> None:
    made.unlink(missing_ok=True)
    last = rows[-1]
    repaired = encode(Repaired(lost), ItemNumbers())
    database = Database(made, writes=True)
    try:
        database.append([*rows, Row(last.number + 1, last.time, last.active_s, *repaired)])
    finally:
        database.close()


def _beside(path: Path) -> Path:
    """A name for the damaged file that nothing has."""
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return kept
