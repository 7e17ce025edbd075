"""A front: the finalists of a search for several goals of which none is better at all of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Front:
    """Those of the finalists that no other one dominates, on the validation items."""

    goals: tuple[str, ...]
    digests: tuple[str, ...]
    """Of its members, in the order of the finalists."""
    knee: str
    """Digest of the one that lies farthest above the plane between the front's ends."""
    hypervolume: float
    """What the front dominates, above the reference."""
    reference: tuple[float, ...]
    """The lowest score at each goal of the models that were not searched for."""
    rule: str = "fitness"
    """What chose the winner: fitness, or knee."""
