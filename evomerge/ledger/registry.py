"""What was seen of which items on this machine, by any run: sealed items wear out.

A run counts its own openings. Who tries five seeds in five folders opens the same items five times
all the same, and who edits the splits looks at items that another run holds sealed. So every run,
opening and score is noted in one file of the user's, item by item; items are named by the hash of
their content, so that no other name hides them.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path

from evomerge.disk import is_full
from evomerge.errors import EvomergeError, Stopped, UserError
from evomerge.ledger.events import ItemsOpened

VARIABLE = "EVOMERGE_REGISTRY"
"""Environment variable that names the file, or says none."""
NONE = "none"

Kind = Literal["run", "opening", "score"]


@dataclass(frozen=True)
class Looks:
    """What others have seen of a run's sealed items."""

    most: int
    """How often the item was looked at that was looked at most."""
    items: int
    """How many of the items were looked at."""
    where: tuple[str, ...]
    """The run folders and models by which, each once."""


class Registry:
    """The file of all looks; a line of JSON for each.

    Args:
        path: the file, which need not exist; None keeps none.

    Raises:
        UserError: it cannot be read, or is none.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._read()

    def sealed(self, items: Sequence[str]) -> Counter[str]:
        """How many of the items each run holds sealed, by the run's folder."""
        wanted = set(items)
        found = {
            entry["where"]: len(wanted & set(entry["sealed"]))
            for entry in self._read()
            if entry["kind"] == "run"
        }
        return Counter({where: count for where, count in found.items() if count})

    def looks(self, items: Sequence[str], besides: str = "") -> Looks:
        """What has been seen of sealed items.

        Args:
            besides: name of what is opened on these very items, which does not count.
        """
        return _looks(self._read(), items, besides)

    def note_run(self, name: str, where: str, shown: Sequence[str], sealed: Sequence[str]) -> None:
        """Note which items a run sees while it searches, and which it holds sealed; once a run.

        Args:
            name: the digest of the run.
            where: its folder.

        Raises:
            UserError: it cannot be written.
        """
        with self._locked() as file:
            if not any((e["name"], e["where"]) == (name, where) for e in self._read()):
                _append(file, "run", name, where, shown, sealed=[*sealed])

    def note_scores(self, model: str, where: str, items: Sequence[str]) -> ItemsOpened:
        """Note that a model's scores on items are printed; once for a model and these items.

        Args:
            model: its content hash.
            where: its name.

        Returns:
            The record of it, which opens sealed items.

        Raises:
            UserError: it cannot be written.
        """
        with self._locked() as file:
            if all(e["name"] != model or set(e["items"]) != set(items) for e in self._read()):
                _append(file, "score", model, where, items)
        return ItemsOpened(model)

    def open(self, name: str, where: str, items: Sequence[str]) -> int:
        """Note an opening of sealed items, before they are scored.

        Args:
            name: the digest of what is scored on them; the same on the same items is the same
                opening.
            where: the run's folder.

        Returns:
            Which opening of these items it is, counted from 1: one more than how often the item
            was looked at that was looked at most.

        Raises:
            UserError: it cannot be written.
        """
        with self._locked() as file:
            entries = self._read()
            for entry in entries:
                if (entry["kind"], entry["name"]) == ("opening", name):
                    if set(entry["items"]) == set(items):
                        return int(entry["opening"])
            number = _looks(entries, items, besides="").most + 1
            _append(file, "opening", name, where, items, opening=number)
            return number

    def _read(self) -> list[dict[str, Any]]:
        if self.path is None:
            return []
        try:
            lines = self.path.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise UserError(self._told(f"cannot be read ({error})")) from None
        entries = []
        for number, line in enumerate(lines, start=1):
            try:
                entries += [_entry(line)] if line else []
            except (ValueError, KeyError, TypeError, AttributeError):
                problem = f"line {number} is damaged; mend it or take it out"
                raise UserError(self._told(problem)) from None
        return entries

    @contextmanager
    def _locked(self) -> Iterator[int | None]:
        """The file, open to be added to by this process alone; None where none is kept."""
        if self.path is None:
            yield None
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise self._cannot_be_written(error) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        except OSError as error:
            raise self._cannot_be_written(error) from None
        finally:
            os.close(file)

    def _cannot_be_written(self, error: OSError) -> EvomergeError:
        if is_full(error):
            return Stopped(f"{self.path}: no room to write it ({error.strerror}); make room")
        return UserError(self._told(f"cannot be written ({error.strerror})"))

    def _told(self, problem: str) -> str:
        return (
            f"{self.path}: the registry of opened items {problem}; --registry names another file, "
            f"or {NONE}"
        )


def registry_at(place: str | Path | None) -> Registry:
    """The registry in a file; by default the user's, or the one that an environment variable names.

    Args:
        place: a path; "none" for none.

    Raises:
        UserError: the file cannot be read, or is none.
    """
    place = place or os.environ.get(VARIABLE) or user_data_path("evomerge") / "openings.jsonl"
    return Registry(None if str(place) == NONE else Path(place))


def _entry(line: str) -> dict[str, Any]:
    entry = json.loads(line)
    names = {key: str(entry[key]) for key in ("kind", "name", "where")}
    lists = {key: [str(item) for item in entry.get(key, ())] for key in ("items", "sealed")}
    return {**names, **lists, "opening": int(entry.get("opening", 0))}


def _append(
    file: int | None, kind: Kind, name: str, where: str, items: Sequence[str], **more: Any
) -> None:
    """Write a line at once: where the disk is full it is cut off, which is undone."""
    if file is None:
        return
    entry = {"time": time.time(), "kind": kind, "name": name, "where": where, **more}
    line = (json.dumps({**entry, "items": [*items]}) + "\n").encode()
    size = os.fstat(file).st_size
    try:
        written = os.write(file, line)
        if written < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    except OSError:
        os.ftruncate(file, size)
        raise


def _looks(entries: Sequence[dict[str, Any]], items: Sequence[str], besides: str) -> Looks:
    wanted = frozenset(items)
    seen: dict[str, set[tuple[str, str, frozenset[str]]]] = {}
    where: dict[str, None] = {}
    for entry in entries:
        # The same winner on further items is another look, or one could add items until it wins.
        look = (entry["kind"], entry["name"], frozenset(entry["items"]))
        if look == ("opening", besides, wanted):
            continue
        for item in wanted.intersection(entry["items"]):
            seen.setdefault(item, set()).add(look)
            where[entry["where"]] = None
    return Looks(max(map(len, seen.values()), default=0), len(seen), tuple(where))
