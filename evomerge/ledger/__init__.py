"""The record of a run: trials, item scores, events. No torch here."""

from evomerge.ledger.ledger import FILE, Event, Ledger, Watcher
from evomerge.ledger.trial import Cost, ItemScore, Place, State, Trial

__all__ = ["FILE", "Cost", "Event", "ItemScore", "Ledger", "Place", "State", "Trial", "Watcher"]
