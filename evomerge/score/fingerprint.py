"""What names a benchmark: all that is asked, and what judges."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from evomerge.ledger import Split
from evomerge.score.items.units import Units
from evomerge.score.tasks.term import Term


def fingerprint_of(terms: Sequence[Term], units: Units) -> str:
    """sha256 over every item, its split, what is asked for it (the tokens themselves) and what it
    hangs together with, and over what judges.
    """
    sha256 = hashlib.sha256()
    for term in terms:
        sha256.update(term.source.encode())
        for split in Split:
            for item in term.items[split]:
                unit = units.unit(item.id)
                line = (term.task, term.metric, split.value, item.id, unit, item.requests)
                sha256.update(repr(line).encode())
    return sha256.hexdigest()
