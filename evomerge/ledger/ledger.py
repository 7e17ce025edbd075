"""The run's append-only record in SQLite, from which everything else can be rebuilt."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evomerge.errors import RunFolderError, Stopped
from evomerge.ledger.part import Part
from evomerge.ledger.trial import Cost, ItemScore, Place, State, Trial
from evomerge.ledger.worded import Worded

FILE = "ledger.sqlite"

TEST_OPENED = "test_opened"
"""Kind of the event that the sealed items are opened."""
CAUTIONS = "cautions"
"""Kind of the event that the user is warned of something."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    task TEXT NOT NULL, item TEXT NOT NULL, doc_id INTEGER NOT NULL, split TEXT NOT NULL,
    prompt TEXT NOT NULL, PRIMARY KEY (task, item));
CREATE TABLE IF NOT EXISTS parts (
    id INTEGER PRIMARY KEY, time REAL NOT NULL, digest TEXT NOT NULL, split TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, merge_s REAL NOT NULL, forward_s REAL NOT NULL,
    other_s REAL NOT NULL, tokens INTEGER NOT NULL, worker TEXT NOT NULL, audit TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item_scores (
    part INTEGER NOT NULL REFERENCES parts (id), task TEXT NOT NULL, item TEXT NOT NULL,
    value REAL NOT NULL, weight REAL NOT NULL, PRIMARY KEY (part, task, item)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    part INTEGER NOT NULL REFERENCES parts (id), task TEXT NOT NULL, item TEXT NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (part, task, item)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS questions (
    task TEXT NOT NULL, item TEXT NOT NULL, text TEXT NOT NULL, gold TEXT NOT NULL,
    choices TEXT NOT NULL, metric TEXT NOT NULL, PRIMARY KEY (task, item)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trials (
    id INTEGER PRIMARY KEY, time REAL NOT NULL, digest TEXT NOT NULL, split TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, recipe TEXT NOT NULL, fitness REAL,
    violation REAL NOT NULL, task_means TEXT NOT NULL, items INTEGER NOT NULL,
    merge_s REAL NOT NULL, forward_s REAL NOT NULL, other_s REAL NOT NULL, tokens INTEGER NOT NULL,
    cycle INTEGER, generation INTEGER, position INTEGER);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, time REAL NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
"""

_INSERT_PART = "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_TRIAL = "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class Event:
    """Something that happened in a run."""

    time: float
    """Seconds since 1970."""
    kind: str
    data: Mapping[str, Any]


Watcher = Callable[[Trial | Part | Event], None]


class Ledger:
    """A run's ledger. One process writes; others may read meanwhile.

    Args:
        folder: the run folder.
        create: to write it, making it where there is none; otherwise it is only read.

    Raises:
        RunFolderError: there is none, or the file is not one.
        Stopped: it cannot be written.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self._watchers: list[Watcher] = []
        path = (folder / FILE).resolve()
        if not create and not path.is_file():
            raise RunFolderError(f"{folder}: not a run folder (it has no {FILE})")
        try:
            self._db = _writable(path) if create else _readable(path)
        except sqlite3.OperationalError as error:
            if create:
                raise Stopped(f"{path}: cannot be written ({error}); make room") from None
            raise RunFolderError(f"{path}: cannot be read ({error})") from None
        except sqlite3.DatabaseError as error:
            raise RunFolderError(f"{path}: not a ledger ({error})") from None

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

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise RunFolderError(f"the ledger is damaged, or not one ({error})") from None

    def _write(self, statements: Iterable[tuple[str, Iterable[tuple[Any, ...]]]]) -> None:
        try:
            with self._db:
                for statement, rows in statements:
                    self._db.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise Stopped(
                f"the ledger cannot be written ({error}); make room, then resume"
            ) from None

    def describe_run(self, facts: Mapping[str, Any], items: Iterable[tuple[Any, ...]]) -> None:
        """Record, once, what the run is.

        Args:
            facts: JSON values by name.
            items: (task, item id, document id, split, prompt hash) of each item.
        """
        self._write(
            [
                ("INSERT INTO run VALUES (?, ?)", [(k, json.dumps(v)) for k, v in facts.items()]),
                ("INSERT INTO items VALUES (?, ?, ?, ?, ?)", items),
            ]
        )

    def facts(self) -> dict[str, Any]:
        """What :meth:`describe_run` recorded; empty before that."""
        return {key: json.loads(value) for key, value in self._rows("SELECT * FROM run")}

    def record_part(self, part: Part, questions: Iterable[Worded] = ()) -> None:
        """Append a part of a trial with its item scores.

        Args:
            questions: of its answers, in words; each is kept once.
        """
        number = self._next("SELECT max(id) FROM parts")
        what = (part.digest, part.split, part.state.value, part.reason)
        row = (number, time.time(), *what, *_costs(part.cost), part.worker, json.dumps(part.audit))
        scores = [(number, s.task, s.item, s.value, s.weight) for s in part.scores]
        answers = [(number, *key, json.dumps(data)) for key, data in part.answers.items()]
        asked = [
            (q.task, q.item, q.text, q.gold, json.dumps(q.choices), q.metric) for q in questions
        ]
        self._write(
            [
                (_INSERT_PART, [row]),
                ("INSERT INTO item_scores VALUES (?, ?, ?, ?, ?)", scores),
                ("INSERT INTO answers VALUES (?, ?, ?, ?)", answers),
                ("INSERT OR IGNORE INTO questions VALUES (?, ?, ?, ?, ?, ?)", asked),
            ]
        )
        self._tell(part)

    def record(self, trial: Trial) -> None:
        """Append a trial that ended; its item scores were kept with its parts."""
        place = trial.place
        row = (
            self._next("SELECT max(id) FROM trials"),
            time.time(),
            trial.digest,
            trial.split,
            trial.state.value,
            trial.reason,
            json.dumps(trial.recipe),
            trial.fitness,
            trial.violation,
            json.dumps(trial.task_means),
            trial.items,
            *_costs(trial.cost),
            *((place.cycle, place.generation, place.position) if place else (None,) * 3),
        )
        self._write([(_INSERT_TRIAL, [row])])
        self._tell(trial)

    def _next(self, largest: str) -> int:
        number: int = (self._rows(largest)[0][0] or 0) + 1
        return number

    def parts(self, *, with_scores: bool = False) -> list[Part]:
        """All parts in the order in which they ended, with or without item scores and answers."""
        scores: dict[int, list[ItemScore]] = {}
        answers: dict[int, dict[tuple[str, str], Any]] = {}
        if with_scores:
            for part, *rest in self._rows("SELECT * FROM item_scores"):
                scores.setdefault(part, []).append(ItemScore(*rest))
            for part, task, item, data in self._rows("SELECT * FROM answers"):
                answers.setdefault(part, {})[task, item] = json.loads(data)
        rows = self._rows("SELECT * FROM parts ORDER BY id")
        return [
            Part(
                digest,
                split,
                State(state),
                reason,
                tuple(scores.get(number, ())),
                Cost(*costs),
                worker,
                json.loads(audit),
                answers.get(number, {}),
            )
            for number, _, digest, split, state, reason, *costs, worker, audit in rows
        ]

    def questions(self) -> list[Worded]:
        """Those of which answers are kept."""
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'questions'"):
            return []  # an earlier version's ledger, which is only read
        rows = self._rows("SELECT * FROM questions ORDER BY task, item")
        return [
            Worded(task, item, text, gold, tuple(json.loads(choices)), metric)
            for task, item, text, gold, choices, metric in rows
        ]

    def items(self) -> list[tuple[str, str, int, str]]:
        """Task, item id, document id and split of each item of the run."""
        rows = self._rows("SELECT task, item, doc_id, split FROM items ORDER BY rowid")
        return [(task, item, doc_id, split) for task, item, doc_id, split in rows]

    def trials(self) -> list[Trial]:
        """All trials in the order in which they ended, without their item scores."""
        return [_trial(row) for row in self._rows("SELECT * FROM trials ORDER BY id")]

    def event(self, kind: str, **data: Any) -> Event:
        """Append something that happened, and return its record."""
        row = (time.time(), kind, json.dumps(data))
        self._write([("INSERT INTO events (time, kind, data) VALUES (?, ?, ?)", [row])])
        event = Event(row[0], kind, data)
        self._tell(event)
        return event

    def watch(self, watcher: Watcher) -> None:
        """Tell a watcher all trials, parts and events: those recorded so far, and each to come."""
        past = self._rows(
            "SELECT time, 0, id FROM events UNION ALL SELECT time, 1, id FROM trials "
            "UNION ALL SELECT time, 2, id FROM parts ORDER BY 1"
        )
        rooms: list[Iterator[Trial | Part | Event]] = [
            iter(self.events()),
            iter(self.trials()),
            iter(self.parts()),
        ]
        for _, room, _ in past:
            watcher(next(rooms[room]))
        self._watchers.append(watcher)

    def _tell(self, what: Trial | Part | Event) -> None:
        for watcher in self._watchers:
            watcher(what)

    def events(self, kind: str | None = None) -> list[Event]:
        """What happened, in order; of one kind if given."""
        rows = self._rows("SELECT time, kind, data FROM events ORDER BY id")
        return [
            Event(when, what, json.loads(data)) for when, what, data in rows if kind in (None, what)
        ]

    def active_seconds(self, until: float = math.inf) -> float:
        """Wall time of all sessions so far, each from its start to its last record.

        Args:
            until: the time of the last record that counts, in seconds since 1970.
        """
        marks = self._rows(
            "SELECT time, kind = 'session' FROM events UNION ALL SELECT time, 0 FROM trials "
            "UNION ALL SELECT time, 0 FROM parts ORDER BY 1"
        )
        total, begun, last = 0.0, None, 0.0
        for when, starts in marks:
            if when > until:
                break
            if starts:
                total += last - begun if begun is not None else 0.0
                begun = when
            last = when
        return total + (last - begun if begun is not None else 0.0)


def _writable(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.executescript(_SCHEMA)
    return db


def _readable(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, and reads on a read-only disk as well."""
    address = path.as_uri() + "?mode=ro"
    try:
        db = sqlite3.connect(address, timeout=30, uri=True)
        db.execute("SELECT count(*) FROM run")
    except sqlite3.OperationalError:
        db = sqlite3.connect(address + "&immutable=1", timeout=30, uri=True)
        db.execute("SELECT count(*) FROM run")
    return db


def _costs(cost: Cost) -> tuple[float, float, float, int]:
    return cost.merge_s, cost.forward_s, cost.other_s, cost.tokens


def _trial(row: tuple[Any, ...]) -> Trial:
    _, _, digest, split, state, reason, recipe, fitness, violation, means, items, *rest = row
    cycle, generation, position = rest[4:]
    return Trial(
        digest=digest,
        split=split,
        recipe=json.loads(recipe),
        state=State(state),
        reason=reason,
        fitness=fitness,
        violation=violation,
        task_means=json.loads(means),
        items=items,
        cost=Cost(*rest[:4]),
        place=None if cycle is None else Place(cycle, generation, position),
    )
