"""The record of a run: trials, item scores, events. No torch here."""

from evomerge.ledger.ledger import FILE, Event, Ledger, Watcher
from evomerge.ledger.lock import LOCK, is_in_use, take_lock
from evomerge.ledger.part import Part
from evomerge.ledger.trial import Cost, ItemScore, Place, State, Trial

__all__ = [
    "FILE",
    "LOCK",
    "Cost",
    "Event",
    "ItemScore",
    "Ledger",
    "Part",
    "Place",
    "State",
    "Trial",
    "Watcher",
    "is_in_use",
    "take_lock",
]
