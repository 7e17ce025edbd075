"""How answers are judged where no metric of lm-eval's does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Judgement(Protocol):
    """Judges the answers to a task's items."""

    def scores(self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]) -> list[float]:
        """The score of each answer, finite, higher is better.

        Args:
            docs: the documents that were asked about, as lm-eval has them.
            answers: what was answered, after the task's filter.

        Raises:
            TrialError: an answer cannot be judged.
        """
        ...

    def scores_afresh(
        self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]
    ) -> list[float]:
        """The same, from nothing: no answer that was judged before is remembered.

        Raises:
            TrialError: an answer cannot be judged, or not this time.
        """
        ...
