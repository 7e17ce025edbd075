"""Runs of one recipe with several seeds: what they come to on average, and how much they differ."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.report.comparing.compared_run import ComparedRun

_DECIDES_NOTHING = ("seed", "workers")
"""Keys of a recipe's `evolve:` that two seeds of one recipe may differ in."""


@dataclass(frozen=True)
class OverSeeds:
    """Some numbers, one of each seed."""

    mean: float
    deviation: float
    """Standard deviation over seeds, with one degree of freedom less."""
    least: float
    most: float
    count: int


@dataclass(frozen=True)
class SeedSpread:
    """Runs of one recipe with several seeds."""

    runs: tuple[str, ...]
    seeds: tuple[int, ...]
    fitness: Mapping[str, OverSeeds]
    """Of the winners, by split, where two or more were scored on it."""


def seed_spreads(runs: Sequence[ComparedRun]) -> tuple[SeedSpread, ...]:
    """The spread over seeds of each recipe that was run with several; each seed counts once."""
    by_recipe: dict[str, dict[int, ComparedRun]] = {}
    for run in runs:
        by_recipe.setdefault(_without_seed(run.recipe), {}).setdefault(run.seed, run)
    return tuple(_spread(own) for own in by_recipe.values() if len(own) > 1)


def _without_seed(recipe: Mapping[str, Any]) -> str:
    evolve = recipe.get("evolve") or {}
    kept = {key: value for key, value in evolve.items() if key not in _DECIDES_NOTHING}
    return json.dumps({**recipe, "evolve": kept}, sort_keys=True)


def _spread(runs: Mapping[int, ComparedRun]) -> SeedSpread:
    each = [*runs.values()]
    fitness = {}
    for split in ("search", "validation", "test"):
        known = [v for run in each if (v := getattr(run.fitness, split)) is not None]
        if len(known) > 1:
            mean, deviation = statistics.fmean(known), statistics.stdev(known)
            fitness[split] = OverSeeds(mean, deviation, min(known), max(known), len(known))
    return SeedSpread(tuple(run.name for run in each), tuple(runs), fitness)
