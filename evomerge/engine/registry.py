"""The engines by their names, and which one is taken where nothing else is said.

A file of this folder that defines an :class:`EngineKind` is registered.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from evomerge.cores import Cores
from evomerge.engine.kind import EngineKind
from evomerge.engine.protocol import CalibratingEngine
from evomerge.engine.transformers.engine import TRANSFORMERS, TransformersEngine
from evomerge.errors import RecipeError
from evomerge.kinds import kinds_in
from evomerge.recipe import Recipe

ENGINES: Mapping[str, EngineKind] = kinds_in("evomerge.engine", EngineKind)

DEFAULT = TRANSFORMERS


def engine_of(recipe: Recipe) -> EngineKind | None:
    """The engine that a recipe names; None where it names none.

    Raises:
        RecipeError: there is none of that name.
    """
    name = recipe.evolve and recipe.evolve.engine
    if name and name not in ENGINES:
        at = recipe.at("evolve", "engine")
        raise RecipeError(
            f"{at}engine: there is no engine {name!r}; there are {', '.join(ENGINES)}"
        )
    return ENGINES[name] if name else None


def calibrating_engine(device: torch.device) -> CalibratingEngine:
    """The engine that parents read calibration texts with.

    It is the same one whatever engine scores: the weights of an offspring are a function of its
    recipe and parents.
    """
    return TransformersEngine(None, Cores(1), device)
