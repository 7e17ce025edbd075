"""Where a drafted recipe and its tasks go: files that are not there yet, and appear whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from evomerge.disk import sync
from evomerge.errors import UserError
from evomerge.weights.writing.partial import PartialFolder

SUFFIXES = (".yaml", ".yml")
READABLE = 0o755
"""The mode of a folder of tasks, as most users' own folders have it."""


class Destination:
    """A recipe's file, and the folder beside it that its tasks are in.

    Used as a context manager: what was staged and not kept is removed when it is left.

    Args:
        out: the recipe's file.

    Raises:
        UserError: one of them exists, or they cannot be written there.
    """

    def __init__(self, out: Path) -> None:
        if out.suffix not in SUFFIXES:
            raise UserError(f"--out {out}: the name of a recipe ends in .yaml")
        self.recipe, self.tasks = out, out.with_name(f"{out.stem}_items")
        self._require_free()
        if not out.parent.is_dir():
            raise UserError(f"--out {out}: there is no folder {out.parent}")
        if not os.access(out.parent, os.W_OK | os.X_OK):
            raise UserError(f"--out {out}: {out.parent} cannot be written to")

    def _require_free(self) -> None:
        for path in (self.recipe, self.tasks):
            if path.exists() or path.is_symlink():
                raise UserError(f"--out {self.recipe}: {path} exists already; say another --out")

    def __enter__(self) -> Self:
        self._partial = PartialFolder(self.tasks)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._partial.remove()

    @property
    def folder(self) -> Path:
        """That the recipe is in."""
        return self.recipe.parent

    @property
    def staged(self) -> Path:
        """The hidden folder that the tasks are in until they are kept."""
        return self._partial.path

    def stage(self, files: Mapping[str, bytes]) -> None:
        """Write files of tasks into the hidden folder."""
        for name, data in files.items():
            (self.staged / name).write_bytes(data)
            sync(self.staged / name)

    def keep(self, recipe: str) -> None:
        """Give the tasks their place, and then the recipe its own; both, or neither.

        Raises:
            UserError: something was put there meanwhile.
        """
        self._require_free()
        hidden = self.recipe.with_name(f".{self.recipe.name}.partial")
        hidden.write_text(recipe, encoding="utf-8")
        try:
            sync(hidden)
            if any(self.staged.iterdir()):
                self.staged.chmod(READABLE)
                self.staged.rename(self.tasks)
            hidden.rename(self.recipe)
        except BaseException:
            hidden.unlink(missing_ok=True)
            if not self.recipe.exists():
                shutil.rmtree(self.tasks, ignore_errors=True)
            raise
        sync(self.recipe.parent)
