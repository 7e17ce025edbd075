"""What a run asks whatever its population writes: no made item may be nearly one of these."""

from __future__ import annotations

from evomerge.ledger import PROBES, Split
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.items.item import Item
from evomerge.score.tasks.reader import NOT_ITS_OWN


def standing_items(prepared: Prepared) -> list[Item]:
    """The items of every task and split, and the probes that a winner is tested by."""
    terms, opened = prepared.benchmark.terms, prepared.constitution
    items = [item for term in terms for split in Split for item in term.items[split]]
    sealed = [] if opened is None else [opened.probes[probe] for probe in opened.sealed]
    return [*items, *(Item(PROBES, one.id, NOT_ITS_OWN, (), one.prompt) for one in sealed)]
