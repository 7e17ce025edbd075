"""Batches hold every row once, those of like length together."""

import random

from hypothesis import example, given
from hypothesis import strategies as st

from evomerge.engine.transformers.batches import batched, pad


def test_batches_hold_everything_once_longest_first():
    rows = [[0] * n for n in random.Random(0).choices(range(1, 300), k=200)]
    made = list(batched(rows, len, 1024))
    lengths = [len(row) for batch in made for row in batch]
    assert lengths == sorted(map(len, rows), reverse=True)
    for batch in made:
        assert len(batch) == 1 or len(batch) * len(batch[0]) <= 1024


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(1, 200), st.integers(1, 3))
@example([1, 1, 1, 1, 1, 4], 3, 2)  # one that has no room stands alone
def test_hands_are_alike_and_hold_everything_once(lengths, limit, hands):
    rows = [(n, length) for n, length in enumerate(lengths)]
    made = list(batched(rows, lambda row: row[1], limit, hands))
    assert sorted(row for batch in made for row in batch) == rows
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(length for _, length in batch) <= limit
    fitting = [batch for batch in made if batch[0][1] <= limit]
    for first in range(0, len(fitting), hands):
        sizes = [len(batch) for batch in fitting[first : first + hands]]
        assert max(sizes) - min(sizes) <= 1


def test_padding():
    assert pad([[1, 2, 3], [4]], 0, "left").tolist() == [[1, 2, 3], [0, 0, 4]]
    assert pad([[1, 2, 3], [4]], 9, "right").tolist() == [[1, 2, 3], [4, 9, 9]]
