"""A kind of verifier as its file declares it, and what one says of a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import ReadDraft
from evomerge.ledger import Verified
from evomerge.recipe.values import Frozen


@dataclass(frozen=True)
class Opinion:
    """What a verifier says of a draft."""

    passed: bool
    reason: str = ""
    """Why it did not pass."""
    agreement: float | None = None
    """The share that agreed, where there was a vote."""
    tokens: int = 0
    seconds: float = 0.0
    failed: bool = False
    """Whether the verifier could say nothing of it, and so nothing of what it is worth either."""


@dataclass(frozen=True)
class VerifierKind:
    """Something that verifies answers: what it is called, its settings, and how it does that."""

    name: str
    settings: type[Frozen]
    verified: Verified
    """What an item is that it has passed."""
    verify: Callable[[Any, CycleContext, Sequence[ReadDraft]], Sequence[Opinion]]
    """Given its settings; an opinion on each draft, in their order. It is a function of what it is
    given."""
    describe: Callable[[Any], str]
    """Given its settings: what it is called where items are shown."""
