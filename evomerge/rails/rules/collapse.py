"""A population whose answers lose their variety."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class CollapseSettings(RailSettings):
    """Settings of the rail `collapse`."""

    share: float = Field(
        0.5, gt=0, lt=1, description="of the best parent's entropy, below which it is a collapse"
    )
    items: int = Field(8, ge=2, description="of fewer nothing is said")


def judge(watched: WatchedRun, settings: CollapseSettings) -> Decision:
    """Hold the entropy of all candidates' answers against that of the best parent's to the same
    items, and of an earlier generation's.

    A search that converges on right answers keeps their variety; so only a fall below both counts.
    """
    return gravest(_decisions(watched, settings))


def _decisions(watched: WatchedRun, settings: CollapseSettings) -> Iterator[Decision]:
    entries = watched.entries if watched.accepted is None else (watched.accepted, *watched.entries)
    for task, now in watched.newest.entropies.items():
        if now.items < settings.items:
            continue
        before = [one.entropies[task] for one in entries[:-1] if task in one.entropies]
        usual = min([now.baseline, *(one.population for one in before[-1:])])
        if now.baseline >= LEAST_BITS and now.population < settings.share * usual:
            yield Decision(
                Action.PAUSE,
                now.population,
                settings.share * usual,
                f"{task}: the answers of all candidates have {now.population:.2f} bits of entropy, "
                f"those of the best parent to the same {now.items} items {now.baseline:.2f}",
            )


LEAST_BITS = 0.5
"""Of a baseline's answers: where they hardly vary, those of candidates need not."""


COLLAPSE = Rail(
    name="collapse",
    summary="the entropy of all candidates' answers falls to a part of the best parent's",
    cure="read the answers; data that the population made itself should be fewer, or verified by "
    "execution",
    settings=CollapseSettings,
    judge=judge,
)
