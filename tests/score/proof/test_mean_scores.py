import pytest

from evomerge.ledger import ItemScore
from evomerge.score.proof.mean_scores import mean_scores


def scores(*values, weights=(1.0, 1.0)):
    return [
        ItemScore("t", str(n), v, w) for n, (v, w) in enumerate(zip(values, weights, strict=True))
    ]


def test_each_item_has_its_mean():
    found = mean_scores([scores(1.0, 0.0), scores(0.0, 0.5)])
    assert [score.value for score in found] == [0.5, 0.25]
    assert [score.item for score in found] == ["0", "1"]


def test_shares_say_how_much_a_model_counts():
    found = mean_scores([scores(1.0, 0.0), scores(0.0, 1.0)], [3.0, 1.0])
    assert [score.value for score in found] == pytest.approx([0.75, 0.25])


def test_an_item_that_counts_for_some_is_theirs_alone():
    found = mean_scores([scores(1.0, 0.0), scores(0.0, 1.0, weights=(0.0, 1.0))])
    assert [(score.value, score.weight) for score in found] == [(1.0, 1.0), (0.5, 1.0)]
    for_none = [scores(value, 0.0, weights=(0.0, 1.0)) for value in (1.0, 0.0)]
    assert mean_scores(for_none)[0] == ItemScore("t", "0", 0.5, 0.0)
