"""What a run has chosen, tested and released, since its budget was last raised and before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.ledger import (
    BudgetRaised,
    CycleEnded,
    CycleJudged,
    Fact,
    FinalistTested,
    Finished,
    ItemsOpened,
    RankedFinalist,
    Split,
    Trial,
    WinnerChosen,
    WinnerExplained,
)
from evomerge.report.candidates import Candidates
from evomerge.report.descent import elites_behind
from evomerge.report.ending import RANDOM
from evomerge.report.verdict import FinalistChoice
from evomerge.report.verdict_json import verdict_from_json
from evomerge.report.view import Release, ViewedFinalist


class Proofs:
    """Gathers endings, finalists and verdicts.

    Args:
        candidates: those of the run, which know where a finalist came from.
    """

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._made: dict[str, Mapping[str, Any]] = {}
        """Recipes of what was scored on validation items, by digest."""
        self._endings: dict[int, CycleEnded] = {}
        self._judged: dict[int, CycleJudged] = {}
        self._releases: list[Release] = []
        """All since the budget was last raised, in order."""
        self.openings, self.opening = 0, 0
        self.earlier: tuple[Release, ...] = ()
        self._clear()

    def _clear(self) -> None:
        """Forget what holds only as long as the budget is not raised."""
        self.earlier += tuple(self._releases)
        self._releases.clear()
        self._endings.clear()
        self._judged.clear()
        self.winner: str | None = None
        self.choice = FinalistChoice()
        self.finalists: tuple[ViewedFinalist, ...] = ()
        self.release: Release | None = None
        self.promoted_again: tuple[Release, ...] = ()

    def take(self, what: Fact) -> None:
        """Bring up to date."""
        if isinstance(what, Trial):
            if what.split == Split.VALIDATION:
                self._made[what.digest] = what.recipe
        elif isinstance(what, CycleEnded | CycleJudged) and what.cycle < RANDOM:
            return  # of a control
        elif isinstance(what, CycleEnded):
            self._endings[what.cycle] = what
        elif isinstance(what, CycleJudged):
            self._judged[what.cycle] = what
        elif isinstance(what, WinnerChosen):
            self._choose(what)
        elif isinstance(what, WinnerExplained) and what.smaller is not None:
            self._offer(what.smaller)
        elif isinstance(what, ItemsOpened):
            self.openings += 1
            self.opening = what.opening
        elif isinstance(what, BudgetRaised):
            self._clear()
        elif isinstance(what, Finished | FinalistTested):
            self._release(what)

    def _choose(self, chosen: WinnerChosen) -> None:
        self.winner, self.choice = chosen.digest, FinalistChoice.of(chosen)
        self.finalists = ()
        for ranked in chosen.finalists:
            self._offer(ranked)

    def _offer(self, ranked: RankedFinalist) -> None:
        """Add a finalist behind the others, if it is none of them."""
        if all(ranked.digest != known.ranked.digest for known in self.finalists):
            place, made = self._candidates.place(ranked.digest), self._made.get(ranked.digest, {})
            elites = elites_behind(made, self._made)
            self.finalists += (ViewedFinalist(ranked, place, made, elites),)

    def _release(self, tested: Finished | FinalistTested) -> None:
        release = Release(verdict_from_json(tested.promotion), tested.weights_sha256)
        self._releases.append(release)
        if isinstance(tested, Finished):
            self.release = release
        else:
            self.promoted_again += (release,)

    @property
    def endings(self) -> tuple[CycleEnded, ...]:
        """How each cycle ended that did."""
        return tuple(self._endings.values())

    @property
    def judged(self) -> tuple[CycleJudged, ...]:
        """What each cycle has gained, where there may be several."""
        return tuple(self._judged.values())
