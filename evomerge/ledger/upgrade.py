"""A ledger of an earlier version written anew in today's schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evomerge.errors import RunFolderError
from evomerge.ledger.cycles import CycleEnded
from evomerge.ledger.database import SCHEMA, Database
from evomerge.ledger.earlier import Dated, history_of
from evomerge.ledger.encoding import encode
from evomerge.ledger.events import SessionBegan, Upgraded
from evomerge.ledger.exchange import exchange
from evomerge.ledger.ledger import FILE
from evomerge.ledger.lock import Lock
from evomerge.ledger.numbering import ItemNumbers
from evomerge.ledger.row import Row


def upgrade(folder: Path) -> Path | None:
    """Bring a ledger up to today's schema, and keep the file that it was.

    Returns:
        The earlier file, beside the new one; None where nothing is to be done.

    Raises:
        RunFolderError: there is no ledger, it is damaged, or a later version made it.
    """
    path = (folder / FILE).resolve()
    if not path.is_file():
        raise RunFolderError(f"{folder}: not a run folder (it has no {FILE})")
    lock = Lock(folder)
    try:
        made = _of_another(path)
        if made is None:
            return None
        database, kept = made
        try:
            history = [*history_of(database)]
            assert database.made is not None
            last = history[-1][0] if history else 0.0
            history.append((last, Upgraded(database.made.evomerge)))
        finally:
            database.close()
        new = path.with_name(f".{path.name}.made")
        _write(new, history)
        exchange(path, new, kept)
        return kept
    finally:
        lock.release()


def _of_another(path: Path) -> tuple[Database, Path] | None:
    """A ledger of an earlier schema, and the name that it is to have."""
    database = Database(path, writes=False)
    made = database.made
    if made is None or made.schema == SCHEMA:
        database.close()
        return None
    if made.schema > SCHEMA:
        database.close()
        raise RunFolderError(
            f"{path}: was made by evomerge {made.evomerge}, which is later than this one; use it"
        )
    database.check()
    kept = path.with_name(f"{path.name}.schema-{made.schema}")
    if kept.exists():
        database.close()
        raise RunFolderError(f"{kept}: exists already, of an earlier upgrade; move it first")
    return database, kept


def _write(new: Path, history: Sequence[Dated]) -> None:
    new.unlink(missing_ok=True)
    database = Database(new, writes=True)
    try:
        database.append([*_rows(history)])
    finally:
        database.close()


def _rows(history: Sequence[Dated]) -> Iterator[Row]:
    numbers, recorded, number = ItemNumbers(), 0, 0
    begun: float | None = None
    before, last = 0.0, 0.0
    for when, what in history:
        if isinstance(what, SessionBegan):
            before += last - begun if begun is not None else 0.0
            begun = when
        last = max(last, when)
        active_s = before + (last - begun if begun is not None else 0.0)
        fact = replace(what, active_s=active_s) if isinstance(what, CycleEnded) else what
        encoded = [encode(fact, numbers)]
        if numbers.end > recorded:
            encoded.insert(0, encode(numbers.since(recorded), numbers))
            recorded = numbers.end
        for tag, data in encoded:
            number += 1
            yield Row(number, when, active_s, tag, data)
