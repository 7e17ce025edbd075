"""Search scores that grow away from validation scores: what is learnt is the search items."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from pydantic import Field

from evomerge.ledger import WatchedTask
from evomerge.rails.decision import GO_ON, Action, Decision, gravest
from evomerge.rails.evidence import curse
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class GapSettings(RailSettings):
    """Settings of the rail `gap`."""

    z: float = Field(
        2.0, gt=0, description="standard errors beyond what the winner's curse explains"
    )


@dataclass(frozen=True)
class _Gap:
    """Search minus validation, of the leader on one task or on several together."""

    what: str
    search: float
    validation: float
    usual: float
    """The gap of models that no search has chosen: how much harder the validation items are."""
    search_error: float
    validation_error: float

    def decision(self, candidates: int, z: float) -> Decision:
        grown = self.search - self.validation - self.usual
        explained = curse(self.search_error, candidates)
        threshold = explained + z * math.hypot(self.search_error, self.validation_error)
        if grown <= threshold:
            return GO_ON
        return Decision(
            Action.PAUSE,
            grown,
            threshold,
            f"{self.what}: the leader has {self.search:.3f} on search items and "
            f"{self.validation:.3f} on validation items; that is {grown:.3f} more than of parents, "
            f"and choosing among {candidates} candidates and chance explain {threshold:.3f} at "
            "most",
        )


def judge(watched: WatchedRun, settings: GapSettings) -> Decision:
    """Hold the gap of each task that counts, and of all together, against what is explained."""
    gaps, weights = [], []
    for task, now in watched.leading():
        gap = _gap_of(watched, task, now)
        if now.weight and gap is not None:
            gaps.append(gap)
            weights.append(now.weight)
    together = [_together(gaps, weights)] if len(gaps) > 1 else []
    candidates = watched.newest.evaluated
    return gravest(one.decision(candidates, settings.z) for one in [*together, *gaps])


def _gap_of(watched: WatchedRun, task: str, now: WatchedTask) -> _Gap | None:
    """None where one of the two scores, or what to compare it with, is not known.

    Errors are the largest of all models: one that has all of a few items right is not known to be
    right for ever.
    """
    others = [*_scored(watched.of_baselines(task))]
    if now.search is None or now.validation is None or not others:
        return None
    usual = fmean(search - validation for search, validation, _, _ in others)
    if watched.accepted is not None:
        usual = max([usual, *(s - v for s, v, _, _ in _scored(watched.leaders(task)[:1]))])
    return _Gap(
        task,
        now.search.mean,
        now.validation.mean,
        usual,
        max([now.search.error, *(error for _, _, error, _ in others)]),
        max([now.validation.error, *(error for _, _, _, error in others)]),
    )


def _scored(tasks: Sequence[WatchedTask]) -> Iterator[tuple[float, float, float, float]]:
    """Scores on search and validation items, and their errors, where both are known."""
    for one in tasks:
        if one.search is not None and one.validation is not None:
            yield one.search.mean, one.validation.mean, one.search.error, one.validation.error


def _together(gaps: Sequence[_Gap], weights: Sequence[float]) -> _Gap:
    """The weighted mean of gaps; tasks have other items, so their errors are apart."""
    shares = [weight / math.fsum(weights) for weight in weights]

    def mean(values: Iterator[float]) -> float:
        return math.fsum(share * value for share, value in zip(shares, values, strict=True))

    def error(values: Iterator[float]) -> float:
        return math.hypot(*(share * value for share, value in zip(shares, values, strict=True)))

    return _Gap(
        "all tasks together",
        mean(one.search for one in gaps),
        mean(one.validation for one in gaps),
        mean(one.usual for one in gaps),
        error(one.search_error for one in gaps),
        error(one.validation_error for one in gaps),
    )


GAP = Rail(
    name="gap",
    summary="search scores grow away from validation scores, by more than choosing the best of "
    "many explains",
    cure="look whether search items, or a way to please their grader, have got into parents or "
    "training data; fewer candidates and more search items make the gap smaller",
    settings=GapSettings,
    judge=judge,
)
