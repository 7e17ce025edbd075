"""What a user asks a recipe for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import UserError

MINUTES = 60.0
"""That a run may take, unless it is said."""


@dataclass(frozen=True)
class DraftRequest:
    """The models to merge, and what to score them on.

    Raises:
        UserError: nothing can be drafted of it.
    """

    fine_tunes: tuple[str, ...]
    """Folders, Hub ids, `zoo:NAME`, addresses, `base+adapter`; adapters by themselves."""
    items: tuple[Path, ...] = ()
    """Files of questions and answers: JSON lines, JSON, CSV, TSV, Parquet; a term of the fitness
    each."""
    tasks: tuple[str, ...] = ()
    """lm-eval tasks, by name or file; `TASK=METRIC` says what judges."""
    base: str | None = None
    """The model that the fine-tunes were trained from; None: what they say."""
    question: str | None = None
    answer: str | None = None
    """Columns of the files; None where they are found by their names."""
    out: Path = Path("recipe.yaml")
    """The file to write, which must not exist; tasks go into a folder beside it."""
    minutes: float = MINUTES
    """That a run may take on this machine."""

    def __post_init__(self) -> None:
        if not self.fine_tunes:
            raise UserError("nothing to merge: name one fine-tune or more")
        if twice := [one for one in self.fine_tunes if self.fine_tunes.count(one) > 1]:
            raise UserError(f"{twice[0]}: stands twice; name each fine-tune once")
        if not (self.items or self.tasks):
            raise UserError("nothing to score on: say --items FILE or --task NAME")
        if not (math.isfinite(self.minutes) and self.minutes > 0):
            raise UserError(f"--minutes {self.minutes}: must be a number above 0")
