"""A run's folder, read as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from evomerge.ledger import Ledger, Part, Worded, is_in_use
from evomerge.report.historian import Historian
from evomerge.report.history import History
from evomerge.report.reading import Reading
from evomerge.report.view import Revision, View


@dataclass(frozen=True)
class KeptAnswers:
    """What a run keeps of what its models answered; too much for a view."""

    items: Sequence[tuple[str, str, int, str]]
    """Task, item id, document id and split of each item of the run."""
    questions: Sequence[Worded]
    """Those that answers are kept to."""
    parts: Sequence[Part]
    """Those with answers."""


class RunReader:
    """Reads a run, whether or not a process goes on with it; nothing twice.

    Args:
        run_dir: the run's folder.

    Raises:
        RunFolderError: it holds no run.
    """

    def __init__(self, run_dir: str | Path) -> None:
        self._folder = Path(run_dir)
        self._ledger, self._reading, self._last = Ledger(self._folder), Reading(), 0
        self._historian, self._told = Historian(), 0

    def view(self) -> View:
        """The run as it stands.

        Raises:
            RunFolderError: the ledger is damaged.
        """
        # A process that ends between the two is seen to run once more: another revision follows.
        is_running = is_in_use(self._folder)
        for record in self._ledger.records(since=self._last):
            self._reading.take(record)
            self._last = record.number
        return self._reading.view(is_running=is_running)

    def since(self, revision: Revision) -> View | None:
        """The run as it stands; None where nothing is new.

        Args:
            revision: of the view that the caller has.
        """
        view = self.view()
        return None if view.revision == revision else view

    def history(self) -> History:
        """All that the run did, candidate by candidate, as it stands.

        Raises:
            RunFolderError: the ledger is damaged.
        """
        for record in self._ledger.records(since=self._told, with_scores=True):
            self._historian.take(record)
            self._told = record.number
        return self._historian.history()

    def answers(self) -> KeptAnswers:
        """All that the run keeps of answers, as it stands."""
        ledger = self._ledger
        parts = [part for part in ledger.parts(with_scores=True) if part.answers]
        return KeptAnswers(ledger.items(), ledger.questions(), parts)

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def view_of(run_dir: str | Path) -> View:
    """A run as it stands.

    Raises:
        RunFolderError: the folder holds no run.
    """
    with RunReader(run_dir) as reader:
        return reader.view()
