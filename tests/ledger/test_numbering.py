import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import ItemsNumbered
from evomerge.ledger.numbering import ItemNumbers

KEYS = st.lists(st.tuples(st.sampled_from("tu"), st.integers(0, 9).map(str)), max_size=12)


@given(KEYS)
def test_items_have_the_numbers_of_their_first_scores(keys):
    numbers = ItemNumbers()
    given_ = [numbers[key] for key in keys]
    assert numbers.end == len({*keys})
    assert [numbers.key(number) for number in given_] == keys
    assert numbers.numbers_of(keys) == given_


@given(KEYS, KEYS)
def test_sets_of_items_are_bits(some, others):
    numbers = ItemNumbers()
    one, two = numbers.set_of(some), numbers.set_of(others)
    assert one.bit_count() == len({*some})
    assert one | two == numbers.set_of([*some, *others])
    assert one & two == numbers.set_of({*some} & {*others})


@given(KEYS, KEYS)
def test_what_was_numbered_is_taken_in_again(before, after):
    numbers = ItemNumbers()
    numbers.numbers_of(before)
    first = numbers.end
    numbers.numbers_of(after)
    read = ItemNumbers()
    for record in (ItemsNumbered(0, numbers.since(0).keys[:first]), numbers.since(first)):
        read.take(record)
    assert read.end == numbers.end
    assert read.numbers_of([*before, *after]) == numbers.numbers_of([*before, *after])


def test_a_number_that_no_item_has_is_none():
    with pytest.raises(KeyError):
        ItemNumbers().key(0)
