"""Parents that a run has made itself, wherever its folder is now."""

from __future__ import annotations

from pathlib import Path

from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.names import rename
from evomerge.run.folder.folder import RunFolder


def named_here(recipe: Recipe, folder: RunFolder) -> Recipe:
    """A recorded recipe with the run's elites and adapters named where they are now: what is on
    record holds the folder that the run was in at the time.
    """
    names = {name: _here(name, folder) for name in recipe.parent_names}
    if all(name == here for name, here in names.items()):
        return recipe
    return recipe_from(rename(recipe.plain(), names))


def _here(name: str, folder: RunFolder) -> str:
    base, plus, last = name.rpartition("+")  # of an adapter it is the last part
    recorded = Path(last)
    if recorded.is_dir():
        return name
    for made in (folder.elites, folder.adapters):
        if recorded.parent.name == made.name and (made / recorded.name).is_dir():
            return f"{base}{plus}{made / recorded.name}"
    return name
