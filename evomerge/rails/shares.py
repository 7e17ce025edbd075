"""Shares of answers that rise: what rails of answers that are alike, odd or foreign decide by."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.rails.decision import GO_ON, Action, Decision
from evomerge.rails.evidence import rise_of_share


@dataclass(frozen=True)
class RisenShare:
    """A share of a leader's answers, and the largest that is usual for models as good as it."""

    task: str
    words: str
    """What befell these answers, behind "of the leader's answers"."""
    now: float
    items: int
    usual: float
    of: int
    """Of how many `usual` is the share."""

    def decision(self, least: float, z: float) -> Decision:
        """Pause where it has risen both much and surely.

        Args:
            least: by how much it must have risen.
            z: standard errors that it must have risen by.
        """
        rise = self.now - self.usual
        if rise <= least:
            return GO_ON
        surely = rise_of_share(self.now, self.items, self.usual, self.of)
        if surely <= z:
            return GO_ON
        return Decision(
            Action.PAUSE,
            rise,
            least,
            f"{self.task}: {self.now:.0%} of the leader's answers {self.words}, {self.usual:.0%} "
            f"at most of those of parents that are as good ({surely:.1f} standard errors)",
        )
