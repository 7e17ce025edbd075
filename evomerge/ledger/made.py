"""Items that the population wrote: what they are, where they come from, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class WrittenBy(StrEnum):
    """What kind of writer it was."""

    PROGRAM = "program"
    CHAIN = "chain"
    MODEL = "model"
    CORRECTION = "correction"
    """A judge, in the place of an answer that breaks its principle."""


class Verified(StrEnum):
    """How it is known that an item's answer is right; what was executed needs nobody's word."""

    EXECUTED = "executed"
    VOTED = "voted"
    JUDGED = "judged"
    UNVERIFIED = "unverified"


class Use(StrEnum):
    """What a made item is for; never for both: no model is scored on what it was trained on."""

    SCORED = "scored"
    TRAINING = "training"


@dataclass(frozen=True)
class ItemOrigin:
    """Where a made item comes from."""

    writer: str
    kind: WrittenBy
    verified: Verified
    cycle: int
    """In which it was written, counted from 0."""
    draw: int
    """Its number among those that the writer made in the cycle, the refused ones included."""
    models: tuple[str, ...] = ()
    """The models that were asked to write it, in their order, as the recipe names them."""
    verifiers: tuple[str, ...] = ()
    """Who passed it, in their order, in words: "check.py", "5 samples"."""
    agreement: float | None = None
    """The least share that agreed in a vote; None where there was none."""
    tokens: int = 0
    """Read and written by models to write and to verify it."""
    seconds: float = 0.0
    """Of forward passes, to write and to verify it."""


@dataclass(frozen=True)
class MadeItem:
    """An item that the population wrote: it enters the search or training, never a sealed split."""

    id: str
    """Hash of the document, as of every item."""
    document: Mapping[str, Any]
    """JSON values by field, as the task's own documents have them."""
    question: str
    """What the task makes of it, in words; text of a stranger, as all of this."""
    solution: str
    """The answer to train on: what the task holds right."""
    origin: ItemOrigin
    use: Use


@dataclass(frozen=True)
class Refusals:
    """Documents of one writer that were refused for one reason."""

    writer: str
    reason: str
    count: int
    examples: tuple[str, ...] = ()
    """A few of them, as text; none of those that are nearly an item of the task, which may be
    sealed."""


@dataclass(frozen=True)
class VerifierPrecision:
    """How often a verifier that votes or judges is right, as far as that could be measured."""

    verifier: str
    against: str
    """What knows better: "human answers", or the program that ran."""
    passed: int
    """Items that it passed, of those whose answer is known otherwise."""
    right: int
    """How many of them are right."""


@dataclass(frozen=True)
class CanariesJudged:
    """Made questions whose answers a program knows, as those who vote and verify answered them."""

    cycle: int
    asked: int
    """On how many a vote came to an answer."""
    disagreed: int
    """On how many of these the program's answer is another one."""
    executor_wrong: int = 0
    """On how many a program that verifies refused an answer that is known to be right."""
    executor_asked: int | None = None
    """Of so many; None: of those that the vote was asked."""


@dataclass(frozen=True)
class WritingBegan:
    """The population begins to write the items of a cycle."""

    cycle: int
    """Counted from 0."""


@dataclass(frozen=True)
class ItemsMade:
    """A cycle's writers and verifiers are done; what they made stands here and nowhere else."""

    cycle: int
    task: str
    """That the items are documents of, as the fitness names it."""
    items: tuple[MadeItem, ...] = ()
    refusals: tuple[Refusals, ...] = ()
    drawn: Mapping[str, int] = field(default_factory=dict)
    """How many documents each writer came to, by its name: kept and refused together."""
    precisions: tuple[VerifierPrecision, ...] = ()
    tokens: int = 0
    """Read and written by models, refused documents included."""
    seconds: float = 0.0
    """Of forward passes, refused documents included."""
    programs: str = ""
    """sha256 over the programs that wrote and verified; empty where there were none."""
    canaries: CanariesJudged | None = None
    """None where no item had both a vote and a program to judge it."""
    elites: tuple[str, ...] = ()
    """Digests of those that `leader` (the first) and `elite` stand for in the items' origins."""
