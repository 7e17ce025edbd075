"""What judges a run's models: hashed when a session begins, compared after each generation and
before anything is proved.

A run's loop may come to write programs, answers and items of its own. What it could have touched
and decides what is released must be what it was: the files of tasks, their data, code that grades,
evomerge's own, and what stands on record of the run. From session to session a run is held to what
it was scored on by its identity (identity.py) and its environment (environment.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evomerge.approval.canonical import canonical_sha256
from evomerge.errors import RecipeError, RunFolderError, Tampered
from evomerge.ledger import EvaluatorChanged, EvaluatorHashed, Forced, Ledger
from evomerge.reading.file_kind import OWN_DATA
from evomerge.reading.regular import sha256_of
from evomerge.run.folder.difference import changed
from evomerge.run.folder.environment import CODE
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.judges.function import file_of

ITEMS, BEGINNING, OWN = "items, splits and prompts", "the run's beginning on record", "evomerge"
ABSENT = "absent"
"""In place of a hash, where a file is gone or cannot be read."""

FileMark = tuple[int, int, int, int]
"""A file's number, its bytes, and when it was written and changed, in nanoseconds."""


@dataclass(frozen=True)
class Untouched:
    """What judges, as it was when a session began.

    Args:
        prepared: the recipe with its tasks opened.
        ledger: of the run, which has begun.
        was: the sha256 of each part, by name: a file's path, or what is no file.
        marks: how the system knew each file then; None where it is gone.
    """

    prepared: Prepared
    ledger: Ledger
    was: Mapping[str, str]
    marks: Mapping[Path, FileMark | None]

    @classmethod
    def of(cls, prepared: Prepared, ledger: Ledger) -> Self:
        """What judges now."""
        marks = _marks(_files(prepared).values())
        return cls(prepared, ledger, _hashes(prepared, ledger), marks)

    def begin(self, *, force: bool) -> list[str]:
        """Record it, unless what had changed under an earlier session has not been restored.

        Args:
            force: whether to go on where it has not, which is recorded.

        Returns:
            What is otherwise than in the last session, and is to be told.

        Raises:
            RunFolderError: something has not been restored.
        """
        touched = self.ledger.all_of(EvaluatorChanged)
        left = _changes(touched[-1].files, self.was) if touched else []
        if left and not force:
            raise RunFolderError(
                f"what judges the run had changed while it went on, and still is not what it was: "
                f"{'; '.join(left)}; restore it, or go on with --force"
            )
        earlier = self.ledger.all_of(EvaluatorHashed)
        known = earlier[-1].files if earlier else {}
        parts = {name: sha256 for name, sha256 in self.was.items() if not _is_own(name)}
        own = {name: sha256 for name, sha256 in self.was.items() if _is_own(name)}
        forced = [Forced(tuple(left))] if left else []
        self.ledger.record(*forced, EvaluatorHashed({**parts, OWN: canonical_sha256(own)}))
        return [f"since the last session {one}" for one in _changes(known, parts)]

    def glance(self) -> None:
        """Check it where a file looks as if it had been written: some milliseconds, else.

        The system sets the time of a change by itself, so a program that sets back the time of its
        writing is seen all the same.

        Raises:
            Tampered: as :meth:`check`.
        """
        if _marks(self.marks) != self.marks:
            self.check()

    def check(self) -> None:
        """Check that all of it is what it was.

        Raises:
            Tampered: something is not, which is recorded.
        """
        now = _hashes(self.prepared, self.ledger)
        if told := _changes(self.was, now):
            changed_parts = {n: was for n, was in self.was.items() if now.get(n, ABSENT) != was}
            self.ledger.record(EvaluatorChanged(changed_parts))
            raise Tampered(
                f"what judges the run has changed while it went on: {'; '.join(told)}. Nothing "
                "was released. Find out who changed it, restore it, then resume"
            )


def _hashes(prepared: Prepared, ledger: Ledger) -> dict[str, str]:
    return {
        **{name: _sha256(file) for name, file in sorted(_files(prepared).items())},
        ITEMS: prepared.benchmark.fingerprint,
        BEGINNING: canonical_sha256(ledger.facts()),
    }


def _files(prepared: Prepared) -> dict[str, Path]:
    """All files that judge, by what they are called."""
    judges = [task.term.python for task in prepared.tasks]
    code = [file_of(judge) for judge in judges if judge is not None]
    opened = [file for task in prepared.tasks for file in task.opened]
    opened += map(Path, prepared.programs.texts if prepared.programs is not None else ())
    if prepared.evolve.constitution is not None:
        opened.append(Path(prepared.evolve.constitution.file))
    files = {str(file): file for file in [*opened, *filter(None, code)]}
    own = [*CODE.rglob("*.py"), *(CODE / "zoo" / "tasks").iterdir()]
    return files | {f"{OWN}/{file.relative_to(CODE).as_posix()}": file for file in own}


def _marks(files: Iterable[Path]) -> dict[Path, FileMark | None]:
    return {file: _mark(file) for file in files}


def _mark(file: Path) -> FileMark | None:
    try:
        known = file.stat()
    except OSError:
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns


def _sha256(file: Path) -> str:
    try:
        return sha256_of(file, OWN_DATA)
    except RecipeError:
        return ABSENT


def _is_own(name: str) -> bool:
    return name.startswith(f"{OWN}/")


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """A sentence for each part that is not what it was."""
    return [
        f"{name} has changed: its sha256 was {changed(was, now.get(name, ABSENT))}"
        for name, was in before.items()
        if now.get(name, ABSENT) != was and name != OWN
    ]
