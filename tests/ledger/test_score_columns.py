"""Scores as a record holds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import ItemNumbers, ItemScore, ScoreColumns

VALUES = st.floats(allow_nan=False)
SCORES = st.lists(
    st.builds(ItemScore, st.sampled_from("tu"), st.text(max_size=3), VALUES, VALUES),
    unique_by=lambda score: score.key,
)


@given(SCORES)
def test_columns_are_the_scores_that_they_are_made_of(scores):
    numbers = ItemNumbers()
    columns = ScoreColumns.of(scores, numbers)
    assert columns == scores
    assert tuple(columns) == tuple(scores)
    assert len(columns) == len(scores)
    assert columns.items == numbers.set_of(score.key for score in scores)
    assert all(isinstance(score, ItemScore) for score in columns)
    assert [columns[place] for place in range(len(scores))] == scores
    assert ScoreColumns.of(columns, numbers) is columns


def test_one_weight_stands_for_all():
    numbers = ItemNumbers()
    scores = [ItemScore("t", "a", 1.0, 3.0), ItemScore("t", "b", 0.5, 3.0)]
    assert ScoreColumns.of(scores, numbers).weights == 3.0
    assert ScoreColumns.of([*scores, ItemScore("t", "c", 0.0)], numbers).weights == [3.0, 3.0, 1.0]


def test_what_is_no_score_is_refused():
    numbers = ItemNumbers()
    one = ScoreColumns.of([ItemScore("t", "a", 1.0)], numbers)
    with pytest.raises(KeyError):
        ScoreColumns([*one.numbers, 1], [1.0, 1.0], 1.0, numbers)
    with pytest.raises(ValueError, match="2 values of 1 items"):
        ScoreColumns(one.numbers, [1.0, 1.0], 1.0, numbers)
