"""What a check brings to light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evomerge.ledger import Split
from evomerge.recipe import Budget, Gene
from evomerge.recipe.source import Place
from evomerge.recipe.values import Scalar


@dataclass(frozen=True)
class CheckedParent:
    """A parent that was opened, and all of whose weights were read."""

    name: str
    tensors: int
    parameters: int
    """How many numbers its tensors hold."""
    dtypes: tuple[str, ...]
    content_hash: str


@dataclass(frozen=True)
class CheckedGene:
    """A gene and what it is for."""

    place: Place
    """Where it stands in the recipe."""
    gene: Gene
    methods: tuple[str, ...]
    """The merge methods that take it, where the recipe may come to others as well."""
    start: tuple[Scalar, ...]
    """Of each of its points the value that the search begins at; () of a path's genes."""


@dataclass(frozen=True)
class CheckedTask:
    """A term of the fitness."""

    name: str
    metric: str
    items: Mapping[Split, int]
    """How many items each split has."""
    weight: float
    duplicates: int
    """Items that were left out because another one has the same content."""


@dataclass(frozen=True)
class Space:
    """Bytes that a run takes."""

    parents: int
    """Mapped files, which all workers share."""
    model: int
    """A live model, of each worker; without its activations."""
    disk: int


@dataclass(frozen=True)
class ExpectedCost:
    """What a run takes in tokens that models read and write, and floating-point operations."""

    budget: Budget
    candidate_tokens: int
    """Most that one candidate takes; less where a race is soon decided."""
    candidate_flop: float
    raced: bool
    parents_tokens: int
    """Most that the parents and their average take on the search items; within the budget."""
    last_race_tokens: int
    """Most of the last race among the best; beyond the budget, as is all that follows."""
    proof_tokens: int
    """Most of validation and test, without parents as they were shipped."""
    random_search: bool
    """Whether as many candidates again are drawn at random."""
    judged: bool
    """Whether judges read and write as well."""
    rails: int
    """How many are on."""
    watched_tokens: int
    """Most that a new leader of a generation takes for the rails; 0 without rails."""
    caution: str
    """Why no candidate may be evaluated; "" where that is not so."""


@dataclass(frozen=True)
class Checked:
    """A recipe in which nothing is wrong."""

    parents: tuple[CheckedParent, ...]
    space: Space
    notes: tuple[str, ...]
    """What a user should know, a sentence each; cautions begin with "caution: "."""
    genes: tuple[CheckedGene, ...] = ()
    points: int = 0
    """Coordinates of the search: those of all genes."""
    tasks: tuple[CheckedTask, ...] = ()
    cost: ExpectedCost | None = None
    """None of a recipe that is merged and not searched."""
