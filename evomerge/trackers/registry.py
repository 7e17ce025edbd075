"""The trackers by their names, and those that a run is told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.errors import UserError
from evomerge.kinds import kinds_in
from evomerge.recipe import Recipe
from evomerge.trackers.kind import TrackerKind
from evomerge.trackers.tracker import Tracker

TRACKERS: Mapping[str, TrackerKind] = kinds_in("evomerge.trackers", TrackerKind)

NONE = "none"
"""Said instead of a name: tell none, whatever the recipe says."""


def trackers_of(recipe: Recipe, asked: Sequence[str | Tracker] | None = None) -> dict[str, Tracker]:
    """The trackers that a run is told to, by name.

    Args:
        asked: names of the registry, or trackers; instead of the recipe's `track`, if it is given.

    Raises:
        UserError: there is none of a name, or it cannot be had.
    """
    at = recipe.at("evolve", "track") if asked is None else ""
    of_recipe = recipe.evolve.track if recipe.evolve is not None else ()
    chosen = of_recipe if asked is None else asked
    if [*chosen] == [NONE]:
        return {}
    found: dict[str, Tracker] = {}
    for one in chosen:
        if isinstance(one, str):
            found[one] = _made(one, at)
        elif isinstance(one, Tracker):
            found[type(one).__name__] = one
        else:
            raise UserError(
                f"track {one!r}: expected a Tracker, or the name of one ({', '.join(TRACKERS)})"
            )
    return found


def _made(name: str, at: str) -> Tracker:
    if name not in TRACKERS:
        raise UserError(f"{at}track: there is no tracker {name!r}; there are {', '.join(TRACKERS)}")
    return TRACKERS[name].made()
