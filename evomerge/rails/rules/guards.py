"""A task that must not get worse falls below what the recipe allows."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.evidence import rise_of_mean
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class GuardSettings(RailSettings):
    """Settings of the rail `guards`."""

    z: float = Field(3.0, gt=0, description="standard errors below the floor")


def judge(watched: WatchedRun, settings: GuardSettings) -> Decision:
    """Hold tasks with a floor against it, and those that count for nothing against all baselines.

    A floor that no leader has kept yet is for the search to reach, and no runaway.
    """
    return gravest(_decisions(watched, settings))


def _decisions(watched: WatchedRun, settings: GuardSettings) -> Iterator[Decision]:
    for task, now in watched.leading():
        floor = now.floor if now.floor is not None else _lowest(watched, task, now.weight)
        if floor is None or now.validation is None:
            continue
        earlier = [one.validation.mean for one in watched.leaders(task)[:-1] if one.validation]
        if not any(mean >= floor for mean in earlier):
            continue
        others = [one.validation.error for one in watched.of_baselines(task) if one.validation]
        error = max([now.validation.error, *others])
        fall = rise_of_mean(floor, error, now.validation.mean, 0.0)
        if fall > settings.z:
            what = "its floor" if now.floor is not None else "the worst parent"
            yield Decision(
                Action.PAUSE,
                fall,
                settings.z,
                f"{task}: the leader has {now.validation.mean:.3f} on validation items, {fall:.1f} "
                f"standard errors below {what} ({floor:.3f}), which an earlier leader kept",
            )


def _lowest(watched: WatchedRun, task: str, weight: float) -> float | None:
    """What the worst baseline has, of a task that counts for nothing, as a text's perplexity."""
    scored = [one.validation.mean for one in watched.of_baselines(task) if one.validation]
    return min(scored, default=None) if not weight else None


GUARDS = Rail(
    name="guards",
    summary="a task with a floor falls below it, or one of weight 0 (a perplexity) below all "
    "parents, after an earlier leader had kept it",
    cure="look at what was gained for it; a tighter floor makes the search keep away from there",
    settings=GuardSettings,
    judge=judge,
)
