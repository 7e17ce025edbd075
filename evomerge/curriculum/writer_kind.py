"""A kind of writer as its file declares it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import DraftItem
from evomerge.recipe.values import Frozen


@dataclass(frozen=True)
class WriterKind:
    """Something that writes documents: what it is called, its settings, and how it writes."""

    name: str
    settings: type[Frozen]
    write: Callable[[Any, CycleContext], Sequence[DraftItem]]
    """Given its settings; as many drafts as they say, or fewer, in the order of their draws. It is
    a function of both: what it asks, and all chance, follows from them."""
    describe: Callable[[Any], str]
    """Given its settings: what it does in a cycle, in a few words."""
