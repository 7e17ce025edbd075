"""The runs of a folder, each opened when somebody looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import RunFolderError
from evomerge.ledger import FILE
from evomerge.page.comparison import ComparedContent, compared_content
from evomerge.page.content import Content, headline, read_content
from evomerge.report.reader import RunReader
from evomerge.report.view import Revision, View

OPEN = 16
"""Runs that are held open at once; of those beyond the one that was looked at longest ago is
closed."""
DEPTH = 3
"""Folders within folders in which runs are looked for."""


@dataclass(frozen=True)
class ListedRun:
    """A run in a list."""

    name: str
    """Its folder, from the folder of runs on."""
    state: str
    headline: str
    """Or why it cannot be read."""
    changed: float
    """When its ledger was last written, in seconds since 1970."""


class Runs:
    """The runs of a folder. All calls are made by one thread, since SQLite's connections are its.

    Args:
        folder: of runs, or a run's own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, RunReader] = {}
        self._listed: dict[str, tuple[tuple[float, ...], ListedRun]] = {}
        self._content: tuple[str, Revision, Content] | None = None
        """The page that was made last: several that look at one run have it made once."""

    def found(self) -> Mapping[str, Path]:
        """The folders that hold a run, by name."""
        folders = [self.folder] if (self.folder / FILE).is_file() else []
        for depth in range(1, DEPTH + 1):
            folders += [path.parent for path in self.folder.glob("*/" * depth + FILE)]
        return {self._name(path): path for path in sorted(folders)}

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix() if path != self.folder else path.name

    def listed(self) -> list[ListedRun]:
        """All of them, the one that was written last first; read again where one has changed."""
        rows = []
        for name, path in self.found().items():
            stamp = _stamp(path)
            if self._listed.get(name, ((), None))[0] != stamp:
                self._listed[name] = stamp, self._summed(name, max(stamp))
            rows.append(self._listed[name][1])
        return sorted(rows, key=lambda run: -run.changed)

    def _summed(self, name: str, changed: float) -> ListedRun:
        try:
            view = self.view(name)
        except RunFolderError as error:
            return ListedRun(name, "unreadable", str(error), changed)
        return ListedRun(name, view.state.value, headline(view), changed)

    def view(self, name: str) -> View:
        """A run as it stands.

        Raises:
            RunFolderError: there is none of the name, or it cannot be read.
        """
        return self._reader(name).view()

    def since(self, name: str, revision: Revision | None) -> View | None:
        """A run as it stands; None where nothing is new.

        Raises:
            RunFolderError: there is none of the name, or it cannot be read.
        """
        view = self.view(name)
        return None if view.revision == revision else view

    def content(self, name: str) -> Content:
        """What a run's page shows.

        Raises:
            RunFolderError: there is none of the name, or it cannot be read.
        """
        revision = self.view(name).revision
        if self._content is None or self._content[:2] != (name, revision):
            self._content = name, revision, read_content(self._reader(name), name)
        return self._content[2]

    def compared(self, names: Sequence[str]) -> ComparedContent:
        """What a page shows of several runs.

        Raises:
            UserError: there are fewer than two, or winners were asked no items that they share.
            RunFolderError: there is none of a name, or it cannot be read.
        """
        found = self.found()
        return compared_content({name: self._folder_of(name, found) for name in names})

    def _reader(self, name: str) -> RunReader:
        reader = self._open.pop(name, None)
        if reader is None:
            reader = RunReader(self._folder_of(name, self.found()))
        self._open[name] = reader  # as the last one
        while len(self._open) > OPEN:
            self._open.pop(next(iter(self._open))).close()
        return reader

    def _folder_of(self, name: str, found: Mapping[str, Path]) -> Path:
        if name not in found:
            raise RunFolderError(
                f"{self.folder}: holds no run of the name {name}; take one from the list of runs"
            )
        return found[name]


def _stamp(path: Path) -> tuple[float, ...]:
    """When the files of a ledger were written; another one where it has changed."""
    files = (path / FILE, path / f"{FILE}-wal")
    return tuple(file.stat().st_mtime if file.is_file() else 0.0 for file in files)
