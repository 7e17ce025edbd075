"""What a rail declares of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from evomerge.rails.decision import Decision
from evomerge.rails.watched import WatchedRun


class RailSettings(BaseModel):
    """What a recipe may say of a rail: each has a class of its own, with its defaults.

    A field's description and its default stand in the docs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Rail:
    """A rule that a run is held to. Recipes, docs and tests are made from it."""

    name: str
    """What a recipe and `evomerge resume --override` call it."""
    summary: str
    """When it ends a run, in a few words, for the docs."""
    cure: str
    """What a person may do about it, before the run goes on."""
    settings: type[RailSettings]
    """Its own class: settings belong to one rail, and tell which one."""
    judge: Callable[[WatchedRun, Any], Decision]
    """Decides after the newest generation, by what was watched so far and its settings. Pure: it
    reads no clock, file or chance, so that a resumed run comes to the same decision."""
    stops: bool = False
    """Whether it may decide `stop`, which nobody can override: for what no reason makes right."""
