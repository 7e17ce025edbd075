"""Values come back from bytes as they were, and bytes that stand for none raise."""

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.judges.sandbox.plain import decode, encode

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.binary()
) | st.text(st.characters(exclude_categories=()))
HASHABLE = SCALARS | st.tuples(SCALARS, SCALARS) | st.frozensets(SCALARS)
VALUES = st.recursive(
    HASHABLE,
    lambda inner: st.lists(inner) | st.dictionaries(SCALARS, inner) | st.sets(SCALARS),
    max_leaves=10,
)


def refuse(*_):
    raise TypeError("a handle")


def there_and_back(value):
    return decode(encode(value, refuse), refuse)


def of_types(value):
    if isinstance(value, list | tuple):
        return type(value), [of_types(one) for one in value]
    if isinstance(value, dict):
        return dict, [(of_types(key), of_types(one)) for key, one in value.items()]
    return type(value)


@given(VALUES)
def test_values_come_back_with_their_types(value):
    back = there_and_back(value)
    assert back == value
    assert of_types(back) == of_types(value)


@pytest.mark.parametrize(
    "value",
    [
        10**5000,
        -(2**64),
        -0.0,
        math.inf,
        1j,
        bytearray(b"x"),
        range(1, 9, 3),
        Fraction(1, 3),
        Decimal("1.10"),
        date(2026, 1, 2),
        datetime(2026, 1, 2, 3, tzinfo=None),
        timedelta(1, 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_of_the_standard_library_come_back(value):
    assert (there_and_back(value), type(there_and_back(value))) == (value, type(value))


def test_not_a_number_stays_none():
    assert math.isnan(there_and_back(math.nan))


def test_a_subclass_travels_as_the_value_that_it_holds():
    class Liar(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    assert type(there_and_back(Liar(3))) is int
    assert there_and_back([Liar(3)]) != [4]


def test_what_is_no_value_is_handed_over_by_its_name():
    thing = object()
    data = encode([thing], lambda value: b"o7;" if value is thing else b"")
    assert decode(data, lambda sign, number: (sign, number)) == [("o", 7)]


def test_an_object_with_a_zone_is_no_plain_value():
    with pytest.raises(TypeError):
        encode(datetime(2026, 1, 1, tzinfo=UTC), refuse)


PLAIN = {type(None), bool, int, float, complex, str, bytes, bytearray, dict, range}
PLAIN |= {list, tuple, set, frozenset, Fraction, Decimal, date, time, datetime, timedelta}


def types_in(value):
    """The types of a value and of all that it holds."""
    inner = [*value, *value.values()] if isinstance(value, dict) else []
    if isinstance(value, list | tuple | set | frozenset):
        inner = [*value]
    return {type(value)}.union(*map(types_in, inner))


@given(VALUES, st.data())
def test_bytes_that_were_damaged_are_a_plain_value_or_an_error(value, data):
    whole = encode(value, refuse)
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, len(whole)))
    try:
        read = decode(whole[:begin] + data.draw(st.binary(max_size=9)) + whole[end:], refuse)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        return
    assert types_in(read) <= PLAIN


@pytest.mark.parametrize(
    "data", [b"", b"i", b"s5;ab", b"k(3;s2;oss6;system(1;s2;id", b"q3;", b"[2;N", b"[" * 10**5]
)
def test_bytes_that_hold_no_value_raise(data):
    try:
        value = decode(data, refuse)
    except (ValueError, LookupError, TypeError, RecursionError):
        return
    assert value == "ab"  # a text that is cut off is shorter, and does no harm
