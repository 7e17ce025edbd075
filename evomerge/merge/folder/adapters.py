"""Adapters that a run has trained, copied beside the weights that they are part of.

Nobody else has them: without them the recipe beside the weights could be carried out only where the
run's own folder is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.names import rename
from evomerge.weights.adapters.files import WEIGHTS
from evomerge.weights.checkpoint.checkpoint import ADAPTER_CONFIG
from evomerge.weights.parents.location import parts_of

ADAPTERS = "adapters"
"""The folder that holds them: a run's, and a model's."""
HERE = f"./{ADAPTERS}/"
"""What their names begin with in the recipe beside the weights: no model of the Hub has such a
name, so one that is missing is looked for nowhere else."""


def adapters_beside(recipe: Recipe) -> Path | None:
    """The folder of those beside a recipe's file; None where it is of no file."""
    return None if recipe.folder is None else recipe.folder / ADAPTERS


@dataclass(frozen=True)
class CarriedAdapters:
    """Adapters that belong into a model's folder."""

    names: Mapping[str, str]
    """What the parents that have one are called there, by their names."""
    files: Mapping[str, Path]
    """What is copied, by its place in the model's folder."""

    @classmethod
    def of(cls, recipe: Recipe, home: Path | None) -> CarriedAdapters:
        """Those of a recipe, and of its stages, that lie in one folder.

        Args:
            recipe: its parents pinned.
            home: the folder, as a run's or a model's `adapters/`; None where there is none.
        """
        names, files = dict[str, str](), dict[str, Path]()
        for name in recipe.roots if home is not None else ():
            model, adapter = parts_of(name)
            folder = Path(adapter)
            if adapter and home is not None and folder.parent == home.resolve():
                names[name] = f"{model}+{HERE}{folder.name}"
                for file in (ADAPTER_CONFIG, WEIGHTS):
                    files[f"{ADAPTERS}/{folder.name}/{file}"] = folder / file
        return cls(names, files)

    def named_in(self, recipe: Recipe) -> Recipe:
        """The recipe with the names that they have in the model's folder."""
        return recipe_from(self._named(recipe.plain())) if self.names else recipe

    def _named(self, plain: Mapping[str, Any]) -> dict[str, Any]:
        named: dict[str, Any] = rename(dict(plain), self.names)
        if "pins" in named:
            pins = named["pins"].items()
            named["pins"] = {self.names.get(name, name): content for name, content in pins}
        if "stages" in named:
            named["stages"] = {name: self._named(one) for name, one in named["stages"].items()}
        return named
