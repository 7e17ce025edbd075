"""The record of a run: trials, item scores, events. No torch here."""

from evomerge.ledger.ledger import CAUTIONS, FILE, TEST_OPENED, Event, Ledger, Watcher
from evomerge.ledger.lock import LOCK, is_in_use, take_lock
from evomerge.ledger.part import Part
from evomerge.ledger.registry import NONE, Looks, Registry, registry_at
from evomerge.ledger.trial import Cost, ItemScore, Place, State, Trial
from evomerge.ledger.worded import Worded

__all__ = [
    "CAUTIONS",
    "FILE",
    "LOCK",
    "NONE",
    "TEST_OPENED",
    "Cost",
    "Event",
    "ItemScore",
    "Ledger",
    "Looks",
    "Part",
    "Place",
    "Registry",
    "State",
    "Trial",
    "Watcher",
    "Worded",
    "is_in_use",
    "registry_at",
    "take_lock",
]
