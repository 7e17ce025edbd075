"""The run's append-only record, from which everything else can be rebuilt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from evomerge.errors import RunFolderError, Stopped
from evomerge.ledger.database import SCHEMA, Database, how_to_repair
from evomerge.ledger.encoding import TAGS, decode, encode
from evomerge.ledger.events import EVENTS, Event, ItemsNumbered, QuestionsWorded, Repaired, RunBegan
from evomerge.ledger.numbering import ItemNumbers
from evomerge.ledger.part import Part
from evomerge.ledger.record import Fact, Record
from evomerge.ledger.row import Row
from evomerge.ledger.score import ItemKey
from evomerge.ledger.trial import Trial
from evomerge.ledger.worded import Worded

FILE = "ledger.sqlite"

SYNC_S = 1.0
"""How many seconds of scores a loss of power may cost. To wait for the disk takes some milliseconds
each time, and a driver of many workers has ten for a trial."""

Watcher = Callable[[Record], None]

F = TypeVar("F")


class Ledger:
    """A run's ledger. One process writes; others may read meanwhile.

    All of it is read once when it is opened, and compared with its checksums.

    Args:
        folder: the run folder.
        create: to write it, making it where there is none; otherwise it is only read.
        clock: seconds by a clock that no one sets.

    Raises:
        RunFolderError: there is none, it is damaged, or another version of evomerge made it.
        Stopped: it cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        *,
        create: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._watchers: list[Watcher] = []
        path = (folder / FILE).resolve()
        if not create and not path.is_file():
            raise RunFolderError(f"{folder}: not a run folder (it has no {FILE})")
        self.numbers = ItemNumbers()
        """Of the items that scores are recorded of."""
        self._worded: set[ItemKey] = set()
        self._last, self._numbered, self._active_s = 0, 0, 0.0
        self._db = Database(path, writes=create)
        try:
            if self._db.made is not None:
                require_schema(self._db)
                self._check()
        except BaseException:
            self._db.close()
            raise
        self._clock, self._opened = clock, clock() if create else None
        self._synced_s = self._active_s

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _check(self) -> None:
        """Read all of it, and remember what later records build on."""
        self._db.check()
        missing: list[tuple[int, int]] = []
        lost: set[tuple[int, int]] = set()
        building = {TAGS[kind] for kind in (ItemsNumbered, QuestionsWorded, Repaired)}
        for row in self._db.rows():
            if row.number != self._last + 1:
                missing.append((self._last + 1, row.number - 1))
            self._last, self._active_s = row.number, row.active_s
            if row.kind not in building:
                continue
            what = decode(row.kind, row.data, self.numbers)
            if isinstance(what, ItemsNumbered):
                self.numbers.take(what)
            elif isinstance(what, QuestionsWorded):
                self._worded |= {(q.task, q.item) for q in what.questions}
            elif isinstance(what, Repaired):
                lost |= {*what.lost}
        self._numbered = self.numbers.end
        if gone := [f"{first} to {last}" for first, last in missing if (first, last) not in lost]:
            path = self._db.path
            raise RunFolderError(
                f"{path}: is damaged (records {', '.join(gone)} are lost); {how_to_repair(path)}"
            )

    @property
    def active_s(self) -> float:
        """Seconds that the run has been active for, over all its sessions: each from when its
        ledger was opened to its last record, or until now. By a clock that no one sets.
        """
        return self._active_s + (0.0 if self._opened is None else self._clock() - self._opened)

    def record(self, *what: Fact) -> Record:
        """Append what happened, all of it or nothing; the record of the last of it.

        Of a trial no item scores are kept: they stand in its parts.

        Raises:
            Stopped: the ledger cannot be written, or nobody can be told.
            EvomergeError: it is not where it was.
        """
        when, active_s = time.time(), self.active_s
        encoded = [(one, *encode(one, self.numbers)) for one in what]
        if self.numbers.end > self._numbered:
            numbered = self.numbers.since(self._numbered)
            encoded.insert(0, (numbered, *encode(numbered, self.numbers)))
        records, rows = [], []
        for number, (one, tag, data) in enumerate(encoded, start=self._last + 1):
            records.append(Record(number, when, active_s, one, is_live=True))
            rows.append(Row(number, when, active_s, tag, data))
        self._append(rows, durable=any(isinstance(one, EVENTS) for one in what))
        self._last, self._numbered = rows[-1].number, self.numbers.end
        for record in records:
            self._tell(record, self._watchers)
        return records[-1]

    def _append(self, rows: Sequence[Row], *, durable: bool) -> None:
        """What was decided is on disk at once, what can be done again soon."""
        if self.active_s - self._synced_s > SYNC_S:
            durable = True
        self._db.append(rows, durable=durable)
        if durable:
            self._synced_s = self.active_s

    def record_part(self, part: Part, questions: Iterable[Worded] = ()) -> Record:
        """Append a part of a trial.

        Args:
            questions: of its answers, in words; each is kept once.
        """
        new = tuple(q for q in questions if (q.task, q.item) not in self._worded)
        self._worded |= {(q.task, q.item) for q in new}
        return self.record(*([QuestionsWorded(new)] if new else []), part)

    def records(
        self, *kinds: type[Any], since: int = 0, with_scores: bool = False
    ) -> Iterator[Record]:
        """What happened, in order.

        Args:
            kinds: of these kinds alone; all by default.
            since: after the record of this number.
            with_scores: whether parts have their item scores and answers.
        """
        # Another process may have numbered items since this one opened the ledger.
        tags = [TAGS[kind] for kind in (*kinds, ItemsNumbered)] if kinds else []
        for row in self._db.rows(since, tags) if self._db.made else ():
            what = decode(row.kind, row.data, self.numbers, with_scores=with_scores)
            if isinstance(what, ItemsNumbered):
                self.numbers.take(what)
            if not kinds or isinstance(what, kinds):
                yield Record(row.number, row.time, row.active_s, what)

    def all_of(self, kind: type[F]) -> list[F]:
        """All that happened of one kind, in order."""
        return [record.what for record in self.records(kind) if isinstance(record.what, kind)]

    def events(self) -> list[Event]:
        """All that happened but candidates, parts and trials, in order."""
        return [record.what for record in self.records(*EVENTS)]  # type: ignore[misc]

    def facts(self) -> dict[str, Any]:
        """What the run is, as JSON values by name; empty before it has begun."""
        return next((dict(began.facts) for began in self.all_of(RunBegan)), {})

    def items(self) -> list[tuple[str, str, int, str]]:
        """Task, item id, document id and split of each item of the run."""
        return [item[:4] for began in self.all_of(RunBegan) for item in began.items]

    def parts(self, *, with_scores: bool = False) -> list[Part]:
        """All parts in the order in which they ended, with or without item scores and answers."""
        found = self.records(Part, with_scores=with_scores)
        return [record.what for record in found if isinstance(record.what, Part)]

    def questions(self) -> list[Worded]:
        """Those of which answers are kept."""
        return [question for each in self.all_of(QuestionsWorded) for question in each.questions]

    def trials(self) -> list[Trial]:
        """All trials in the order in which they ended, without their item scores."""
        return self.all_of(Trial)

    def watch(self, watcher: Watcher, *, past: bool = True) -> None:
        """Tell a watcher each record to come, and those so far before them."""
        self._watchers.append(watcher)
        for record in self.records() if past else ():
            self._tell(record, [watcher])

    def _tell(self, record: Record, watchers: Sequence[Watcher]) -> None:
        for watcher in watchers:
            try:
                watcher(record)
            except OSError as error:
                self._watchers.remove(watcher)
                raise Stopped(f"nobody can be told how the run goes ({error.strerror})") from None

    def require_there(self) -> None:
        """Check that the file still is where it was opened.

        Raises:
            EvomergeError: it is not, so that nothing which is recorded could be read again.
        """
        self._db.require_there()


def require_schema(database: Database) -> None:
    """Check that a ledger is laid out as this version writes it.

    Raises:
        RunFolderError: it is not; with what to do.
    """
    made = database.made
    if made is None or made.schema == SCHEMA:
        return
    path = database.path
    told = f"{path}: was made by evomerge {made.evomerge} (schema {made.schema}, this is {SCHEMA})"
    if made.schema < SCHEMA:
        raise RunFolderError(f"{told}; `evomerge upgrade {path.parent}` brings it up")
    raise RunFolderError(f"{told}; use that version")
