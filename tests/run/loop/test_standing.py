from dataclasses import replace

from evomerge.ledger import PROBES, Split
from evomerge.run.loop.standing import standing_items
from tests.run.auditing.held import opened
from tests.run.loop.preparing import prepared


def test_items_of_all_splits_stand_and_of_the_probes_those_that_are_sealed():
    ready = prepared()
    items = standing_items(ready)
    terms = ready.benchmark.terms
    assert len(items) == sum(len(term.items[split]) for term in terms for split in Split)
    held = replace(ready, constitution=opened(count=12))
    more = standing_items(held)[len(items) :]
    assert [item.id for item in more] == [*held.constitution.sealed]
    assert {item.task for item in more} == {PROBES}
