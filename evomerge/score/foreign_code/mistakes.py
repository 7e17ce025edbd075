"""What is wrong with a task, told as a mistake of the recipe that names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from evomerge.errors import EvomergeError, RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.score.foreign_code.cause import cause


class Mistakes:
    """The errors of one term of the fitness.

    Args:
        at: where the recipe has the term.
        member: of a group that the term names, the task in question, in words.
    """

    def __init__(self, term: FitnessTerm, at: str, member: str = "") -> None:
        kind = "task" if term.task is not None else "text"
        self._told = f"{at}{kind} {term.subject}: {member and f'{member}: '}"

    def found(self, problem: str) -> RecipeError:
        """The error that tells a problem."""
        return RecipeError(f"{self._told}{problem}")

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """Have whatever a task file and its data do wrong told."""
        try:
            yield
        except RecipeError as error:
            raise error if str(error).startswith(self._told) else self.found(str(error)) from error
        except EvomergeError:
            raise
        except (Exception, SystemExit) as error:  # a task's own code may do anything
            raise self.found(f"cannot be loaded ({cause(error)})") from error
