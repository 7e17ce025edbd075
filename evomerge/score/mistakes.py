"""What is wrong with a task, told as a mistake of the recipe that names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from evomerge.errors import EvomergeError, RecipeError
from evomerge.recipe import FitnessTerm


class Mistakes:
    """The errors of one term of the fitness.

    Args:
        at: where the recipe has the term.
    """

    def __init__(self, term: FitnessTerm, at: str) -> None:
        self.at = at
        kind = "task" if term.task is not None else "text"
        self._subject = f"{kind} {term.subject}"

    def found(self, problem: str) -> RecipeError:
        """The error that tells a problem."""
        return RecipeError(f"{self.at}{self._subject}: {problem}")

    @contextlib.contextmanager
    def in_folder(self, folder: Path) -> Iterator[None]:
        """Work in a folder; whatever a task file and its data do wrong there is told."""
        try:
            with contextlib.chdir(folder):
                yield
        except EvomergeError:
            raise
        except (Exception, SystemExit) as error:  # a task's own code may do anything
            raise self.found(f"cannot be loaded ({type(error).__name__}: {error})") from error
