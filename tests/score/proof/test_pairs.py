import numpy as np
import pytest

from evomerge.ledger import ItemScore
from evomerge.score.proof.pairs import pair


def scores(values, weights=None):
    weights = weights or [1.0] * len(values)
    return [
        ItemScore("t", str(i), float(v), float(w))
        for i, (v, w) in enumerate(zip(values, weights, strict=True))
    ]


def test_equal_pairs_are_counted_together():
    pairs = pair(scores([1, 0, 1, 1]), scores([0, 0, 0, 1]))["t"]
    assert [*zip(pairs.ours, pairs.theirs, pairs.counts, strict=True)] == [
        (0, 0, 1),
        (1, 0, 2),
        (1, 1, 1),
    ]
    assert pairs.items == 4
    assert pairs.means == (0.75, 0.25)


def test_differences_add_up_to_that_of_the_weighted_means():
    values, others, weights = [0.2, 0.9, 0.5], [0.1, 0.3, 0.5], [1, 5, 2]
    pairs = pair(scores(values, weights), scores(others, weights))["t"]
    expected = np.average(values, weights=weights) - np.average(others, weights=weights)
    assert pairs.differences.sum() == pytest.approx(expected)
    assert len(pairs.differences) == 3


def test_where_models_tie_the_next_item_may_be_anything_seen():
    assert pair(scores([0.2, 0.9, 0.5]), scores([0.1, 0.3, 0.5]))["t"].extreme == (0.9, 0.1)
    assert pair(scores([1, 1, 1]), scores([1, 1, 1]))["t"].extreme == (1, 0)
    assert pair(scores([0, 0]), scores([0, 0]))["t"].extreme == (1, 0)


def test_where_models_never_tie_the_next_item_is_like_the_most_unequal_one():
    assert pair(scores([-1.0, -9.0]), scores([-1.5, -8.8]))["t"].extreme == (-1.0, -1.5)


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (scores([1, 0]), scores([1, 0, 1])),
        (scores([1, 0]), scores([1, 0]) * 2),
        (scores([1, 0]) * 2, scores([1, 0])),
    ],
)
def test_only_the_same_items_each_once_can_be_compared(ours, theirs):
    with pytest.raises(ValueError, match="the same items"):
        pair(ours, theirs)
