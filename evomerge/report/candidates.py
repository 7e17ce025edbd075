"""The candidates of a search, each as it stands on the search items."""

from __future__ import annotations

from evomerge.ledger import Place, Split, State, Trial
from evomerge.report.view import ViewedCandidate
from evomerge.search.order import merit


class Candidates:
    """What the search asked for; what random search did is left out.

    A candidate stands as it did on most items, where it was scored several times; of the same
    number of items the last time counts.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, bool], ViewedCandidate] = {}
        self.counts = dict.fromkeys(State, 0)
        """How many stand in each state."""
        self.best: ViewedCandidate | None = None
        """By less violation of the floors, then higher fitness; of equals the first."""
        self.generation: int | None = None
        self.cycle: int | None = None

    def take(self, trial: Trial) -> None:
        """Bring up to date."""
        place = trial.place
        if place is None or place.cycle < 0 or trial.split != Split.SEARCH:
            return
        self.generation = max(self.generation or 0, place.generation)
        self.cycle = max(self.cycle or 0, place.cycle)
        key = trial.digest, trial.state is State.CANCELLED
        before = self._kept.get(key)
        if before is not None and before.items > trial.items:
            return
        if before is not None:
            self.counts[before.state] -= 1
        now = ViewedCandidate(
            trial.digest, place, trial.state, trial.items, trial.fitness, trial.violation
        )
        self._kept[key] = now
        self.counts[now.state] += 1
        self._rank(before, now)

    def place(self, digest: str) -> Place | None:
        """Where the search asked for a candidate, if it did."""
        kept = self._kept.get((digest, False))
        return None if kept is None else kept.place

    def _rank(self, before: ViewedCandidate | None, now: ViewedCandidate) -> None:
        best = self.best
        if best is not None and before == best:
            still = _is_scored(now) and merit(now) >= merit(best)
            scored = filter(_is_scored, self._kept.values())
            self.best = now if still else max(scored, key=merit, default=None)
        elif _is_scored(now) and (best is None or merit(now) > merit(best)):
            self.best = now


def _is_scored(candidate: ViewedCandidate) -> bool:
    return candidate.state is State.SCORED and candidate.fitness is not None
