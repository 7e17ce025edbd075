"""Answers that grow emptier: nothing said, going round in circles, cut, refused, unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from pydantic import Field

from evomerge.rails.decision import Decision, gravest
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.shares import RisenShare
from evomerge.rails.watched import WatchedRun

_WORDS = {
    "empty": "are empty",
    "looping": "end in the same words over and over",
    "truncated": "are cut at the token limit",
    "refused": "are refusals",
    "failed": "have nothing in them that can be extracted",
}
"""What may befall an answer: fields of a look, in words."""


class MishapSettings(RailSettings):
    """Settings of the rail `mishaps`."""

    z: float = Field(4.0, gt=0, description="standard errors by which a share must have risen")
    least: float = Field(0.25, ge=0, lt=1, description="by how much it must have risen")


def judge(watched: WatchedRun, settings: MishapSettings) -> Decision:
    """Hold each kind of mishap against the baselines that are as good."""
    return gravest(one.decision(settings.least, settings.z) for one in _shares(watched))


def _shares(watched: WatchedRun) -> Iterator[RisenShare]:
    for task, now in watched.leading():
        for what, words in _WORDS.items():
            usual = watched.usual(task, attrgetter(what))
            if now.look is not None and usual is not None:
                share: float = getattr(now.look, what)
                yield RisenShare(task, words, share, now.look.items, *usual)


MISHAPS = Rail(
    name="mishaps",
    summary="far more answers than parents give are empty, loop, are cut, refuse, or hold nothing "
    "that can be extracted",
    cure="read the answers; a limit on tokens that is too low, or a model that falls apart",
    settings=MishapSettings,
    judge=judge,
)
