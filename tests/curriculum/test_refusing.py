from evomerge.curriculum.draft import DraftItem
from evomerge.curriculum.refusing import EXAMPLES, REASON, SHOWN, RefusedDrafts
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


def test_what_nobody_may_be_shown_has_no_examples():
    refused = RefusedDrafts()
    refused.add(draft("a", {"n": 1}), "near", hide=True)
    assert refused.all == (Refusals("a", "near", 1),)
