"""What a recipe says under `rails:`, and which rails a run is held to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model

from evomerge.rails import RailSettings, Settings
from evomerge.rails.rules import RAILS
from evomerge.recipe.values import Frozen

DEFAULT = "default"

_fields: dict[str, Any] = {
    rail.name: (
        rail.settings | Literal[False],
        Field(rail.settings(), description=f"{rail.summary}; false: off"),
    )
    for rail in RAILS.values()
}
ChosenRails = create_model("ChosenRails", __base__=Frozen, **_fields)
"""A recipe's rails: of each that is registered its settings, or false where it is off."""


def _read(value: Any) -> Any:
    if value == DEFAULT:
        return {}
    if value is False or isinstance(value, dict | ChosenRails):
        return value
    raise ValueError(
        f"rails are {DEFAULT}, false, or settings by a rail's name, such as "
        "{length: {z: 4}, jump: false}"
    )


BY_DEFAULT = ChosenRails()

RailsSetting = Annotated[ChosenRails | Literal[False], BeforeValidator(_read)]


def rails_on(chosen_rails: ChosenRails | Literal[False] | None) -> Settings:
    """The rails that are on, with their settings."""
    if not chosen_rails:
        return {}
    chosen = {rail: getattr(chosen_rails, rail.name) for rail in RAILS.values()}
    return {rail: own for rail, own in chosen.items() if isinstance(own, RailSettings)}
