"""Answers that change their language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from evomerge.rails.decision import Decision, gravest
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.shares import RisenShare
from evomerge.rails.watched import WatchedRun


class LanguageSettings(RailSettings):
    """Settings of the rail `language`."""

    z: float = Field(3.0, gt=0, description="standard errors by which a share must have risen")
    least: float = Field(
        0.3, ge=0, lt=1, description="by how much a language's share of passages must have risen"
    )


def judge(watched: WatchedRun, settings: LanguageSettings) -> Decision:
    """Look for a language that neither baselines nor the right answers speak as much."""
    return gravest(one.decision(settings.least, settings.z) for one in _shares(watched))


def _shares(watched: WatchedRun) -> Iterator[RisenShare]:
    for task, now in watched.leading():
        looks = [one.look for one in watched.of_baselines(task) if one.look is not None]
        spoken = [one.languages for one in looks if one.languages]
        if now.look is None:
            continue
        spoken += [now.look.gold_languages] if now.look.gold_languages else []
        for language in now.look.languages if spoken else ():
            shares = [_share(one, language) for one in spoken]
            usual, of = max(shares)[0], sum(passages for _, passages in shares)
            share, passages = _share(now.look.languages, language)
            yield RisenShare(task, f"are in {language!r}", share, passages, usual, of)


def _share(languages: Mapping[str, int], language: str) -> tuple[float, int]:
    """A language's share of passages, and how many passages there are."""
    total = sum(languages.values())
    return languages.get(language, 0) / total, total


LANGUAGE = Rail(
    name="language",
    summary="answers are in a language that neither parents nor right answers use as much",
    cure="read the answers; if the language is wanted, right answers in it, or a parent that "
    "speaks it, make it usual",
    settings=LanguageSettings,
    judge=judge,
)
