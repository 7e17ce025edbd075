"""Canaries: what programs have printed, whose answers are known, held against who verifies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.counted import shuffled
from evomerge.curriculum.draft import ReadDraft
from evomerge.curriculum.precision import MeasuredPrecision, vote_precision
from evomerge.curriculum.verifier_kind import Opinion
from evomerge.ledger import CanariesJudged, VerifierPrecision, WrittenBy
from evomerge.recipe.verifiers import Agreement

PRINTED = "answers that programs printed"
MOST = 30
"""That a vote is asked about in a cycle: where it is wrong on a third of them, that is sure."""


class Canaries:
    """Counts on how many known answers those who verify come to others.

    Args:
        drafts: all of a cycle; of those that programs printed some are drawn by a hash.
    """

    def __init__(self, context: CycleContext, drafts: Sequence[ReadDraft]) -> None:
        self._context = context
        printed = {one.id: one for one in drafts if one.draft.kind is WrittenBy.PROGRAM}
        order = shuffled(printed, context.seed, context.cycle, "canaries")
        self._drawn = [printed[one] for one in order[:MOST]]
        self._asked = self._disagreed = self._executed = self._wrong = 0

    def ask(self, settings: Agreement, name: str) -> MeasuredPrecision:
        """Ask those who vote; nobody where chains are among them, or no program has printed any.

        Args:
            name: what the vote is called.
        """
        found = vote_precision(settings, name, PRINTED, self._context, self._drawn)
        if found.precision is not None:
            self.compare(found.precision)
        return found

    def compare(self, vote: VerifierPrecision) -> None:
        """Count answers that a vote came to, and that a program knows as well."""
        self._asked += vote.passed
        self._disagreed += vote.passed - vote.right

    def execute(self, opinions: Iterable[Opinion]) -> None:
        """Count what a program that verifies says of what others have printed."""
        said = [one.passed for one in opinions]
        self._executed += len(said)
        self._wrong += len(said) - sum(said)

    @property
    def judged(self) -> CanariesJudged | None:
        """The counts; None where nothing was compared."""
        if not self._asked and not self._executed:
            return None
        return CanariesJudged(
            self._context.cycle, self._asked, self._disagreed, self._wrong, self._executed
        )
