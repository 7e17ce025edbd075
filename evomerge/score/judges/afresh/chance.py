"""The global random generators of a process, drawn from anew for a while."""

from __future__ import annotations

import contextlib

from evomerge.score.foreign_code.chance import seeded
from evomerge.score.judges.afresh.clock import SEED


def other_chance() -> contextlib.AbstractContextManager[None]:
    """Put the generators of random, numpy and torch elsewhere, and back in the end."""
    return seeded(SEED, SEED)
