"""What names a benchmark."""

from dataclasses import replace

from evomerge.ledger import Split
from evomerge.score.fingerprint import fingerprint_of
from evomerge.score.items.units import ALONE
from tests.run.fakes import prepared


def test_it_names_items_their_splits_what_is_asked_and_what_judges():
    (term,) = prepared().benchmark.terms
    one = fingerprint_of([term], ALONE)
    assert fingerprint_of([replace(term, weight=3.0)], ALONE) == one
    items = dict(term.items)
    items[Split.SEARCH], items[Split.TEST] = items[Split.TEST], items[Split.SEARCH]
    others = [
        replace(term, items=items),
        replace(term, source="another judge"),
        replace(term, metric="another"),
        replace(term, items={**term.items, Split.SEARCH: term.items[Split.SEARCH][1:]}),
    ]
    assert len({one, *(fingerprint_of([other], ALONE) for other in others)}) == 5
