"""What an algorithm declares of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evomerge.operators.wanted import WantedFormula
from evomerge.search.algorithm import Algorithm
from evomerge.search.candidate import Vector


class AlgorithmSettings(BaseModel):
    """What a recipe may say of an algorithm: each has a class of its own, with its defaults.

    A field's description and its default stand in the docs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Problem:
    """What an algorithm is to solve."""

    start: Vector
    """Where to look first, shape (n,)."""
    choices: tuple[int, ...]
    """Of each coordinate, how many values it chooses from, in equal parts of [0, 1]; 0 where every
    number in [0, 1] is another value. Shape (n,)."""
    goals: int = 0
    """How many goals each outcome has behind the fitness; 0 where the fitness is all."""
    starts: tuple[Vector, ...] = ()
    """Further genomes to begin with, each of shape (n,), those that promise most first: parents,
    the uniform merge, winners of earlier searches."""
    depths: tuple[float | None, ...] = ()
    """Of each coordinate, where in the model it acts: from 0, the first layer, to 1, the last; None
    for all of it. Shape (n,), or () where nothing is known of it."""
    steady: bool = False
    """Whether candidates are asked for one by one, while others are in flight: then nobody should
    wait for the end of a generation."""
    formula: WantedFormula | None = None
    """Where some coordinates are the words of a formula: which, and what is wanted of it."""


@dataclass(frozen=True)
class Kind:
    """A search algorithm: its contract, and how it is made.

    Recipes, checks, docs and the conformance tests are made from it.
    """

    name: str
    """What a recipe calls it."""
    summary: str
    """What it does, in a few words, for the docs."""
    paper: str
    """arXiv number of the paper that it comes from, or author and year."""
    settings: type[AlgorithmSettings]
    """Its own class: settings belong to one algorithm, and tell which one."""
    make: Callable[[Problem, Any, int], Algorithm]
    """Makes it from a problem, its settings and a seed. Packages that take time to import are
    imported here, since every recipe reads the registry."""
    pace: Literal["generation", "steady"]
    """Whether it learns once a generation is complete, or from each candidate as it is told."""
    across_generations: bool
    """Whether it compares outcomes of different generations. If so, it takes their standard errors
    into account: races draw other items for every generation."""
    goals: tuple[int, int | None] = (0, 0)
    """Fewest and most goals that it searches for beside the fitness; None for any number. Outcomes
    have the fitness first, then a score for each goal."""
    all_items: bool = False
    """Whether it compares candidates item by item, so that each must be asked all of them: then
    there are no races."""
    begins_around: bool = False
    """Whether it begins around one genome. Parents and their average, which lie at the edges of
    what is searched, are none of its starts then."""
    learns: bool = True
    """Whether it finds better candidates than chance."""
