from evomerge.curriculum.draft import DraftItem
from evomerge.curriculum.refusing import (
    EXAMPLES,
    OTHERWISE,
    REASON,
    REASONS,
    SHOWN,
    RefusedDrafts,
)
from evomerge.ledger import Refusals, WrittenBy


def draft(writer, document):
    return DraftItem(writer, WrittenBy.MODEL, 0, document)


def test_they_are_counted_by_writer_and_reason_with_a_few_examples():
    refused = RefusedDrafts()
    for number in range(5):
        refused.add(draft("a", {"n": number}), "odd")
    refused.add(draft("b", None), "odd")
    refused.add(draft("a", {"x": "y" * 999}), "long " * 999)
    first, second, third = refused.all
    assert first == Refusals("a", "odd", 5, tuple(f'{{"n": {n}}}' for n in range(EXAMPLES)))
    assert second == Refusals("b", "odd", 1)
    assert (len(third.reason), len(third.examples[0])) == (REASON, SHOWN)


def test_a_writer_has_so_many_reasons_and_no_more():
    refused = RefusedDrafts()
    for number in range(100):
        refused.add(draft("a", None), f"reason {number}")
    refused.add(draft("a", {"n": 1}), "near", hide=True)
    refused.add(draft("a", None), "reason 0")
    found = {one.reason: one.count for one in refused.all}
    assert len(found) == REASONS + 2
    assert (found[OTHERWISE], found["near"], found["reason 0"]) == (100 - REASONS, 1, 2)


def test_what_nobody_may_be_shown_has_no_examples():
    refused = RefusedDrafts()
    refused.add(draft("a", {"n": 1}), "near", hide=True)
    assert refused.all == (Refusals("a", "near", 1),)
