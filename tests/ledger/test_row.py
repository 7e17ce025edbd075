from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger.row import Row


@given(
    st.integers(0, 2**40),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8")),
    st.binary(max_size=50),
    st.data(),
)
def test_a_checksum_is_over_all_of_a_row(number, time, kind, data, draw):
    row = Row(number, time, 0.0, kind, data)
    stored = [number, time, 0.0, kind, data, row.checksum]
    assert Row.of(stored) == row
    column = draw.draw(st.integers(0, 4))
    changed = [number + 1, time + 1 if time + 1 != time else 0.5, 1.0, f"{kind}x", data + b"x"]
    stored[column] = changed[column]
    assert Row.of(stored) is None
