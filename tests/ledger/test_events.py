from dataclasses import is_dataclass

import pytest

from evomerge.ledger import events
from evomerge.ledger.events import EVENTS
from tests.ledger.facts import EACH


def test_every_class_of_the_module_is_an_event():
    kinds = {kind for kind in vars(events).values() if is_dataclass(kind)}
    own = {kind for kind in kinds if kind.__module__ == events.__name__}
    assert own <= {*EVENTS}


@pytest.mark.parametrize("event", [e for e in EACH if type(e) in EVENTS], ids=lambda e: str(e)[:20])
def test_events_are_values(event):
    assert event == type(event)(**vars(event))
    with pytest.raises(AttributeError):
        event.other = 1
