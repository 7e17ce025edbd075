"""The items of a split, as they are asked."""

from evomerge.engine.request import prompt_hash
from evomerge.run.evaluation.split_items import LATELY, SplitItems
from tests.run.fakes import items

ITEMS = items("search", 8)
SPLIT = SplitItems.of(ITEMS)


def test_items_are_found_by_their_keys():
    assert SPLIT.places([ITEMS[2].key, ITEMS[0].key]) == ((2, 0), [ITEMS[2], ITEMS[0]])
    assert SPLIT.requests[2] is ITEMS[2].requests


def test_the_hash_is_that_of_what_is_asked():
    assert SPLIT.prompts((0, 2)) == prompt_hash([ITEMS[0].requests, ITEMS[2].requests])
    assert SPLIT.prompts((2, 0)) != SPLIT.prompts((0, 2))


def test_the_last_few_are_remembered():
    first = SPLIT.prompts((0, 1))
    for place in range(LATELY):
        SPLIT.prompts((place % 4, 3, place))
    assert len(SPLIT.hashes) == LATELY
    assert (0, 1) not in SPLIT.hashes
    assert SPLIT.prompts((0, 1)) == first
    assert SPLIT.index[ITEMS[3].key] == 3
