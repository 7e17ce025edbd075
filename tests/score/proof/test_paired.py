import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.paired import pair
from evomerge.score.proof.scale import BINARY, Scale
from tests.score.proof.scores import scores


def test_scores_are_added_up_over_what_hangs_together():
    units = Units(groups={"t0": "g", "t2": "g", "u0": "g"})
    ours = scores([1, 0, 1], weights=[1, 2, 3]) + scores([0.5], "u")
    theirs = scores([0, 1, 1], weights=[1, 2, 3]) + scores([0.25], "u")
    paired = pair(ours, theirs, ["t", "u"], units, {})
    assert paired.weights.tolist() == [[4, 1], [2, 0]]
    assert paired.ours.tolist() == [[4, 0.5], [0, 0]]
    assert paired.theirs.tolist() == [[3, 0.25], [2, 0]]
    assert (paired.units, paired.questions) == (2, 4)
    assert paired.most.tolist() == [1, 0.25]
    mine, other = paired.means
    assert mine == pytest.approx([4 / 6, 0.5])
    assert other == pytest.approx([5 / 6, 0.25])


def test_one_document_in_two_tasks_is_one_question():
    both = scores([1, 0], ids=["a", "b"]) + scores([1, 1], "u", ids=["a", "c"])
    paired = pair(both, both, ["t", "u"], ALONE, {})
    assert (paired.units, paired.questions) == (3, 3)
    assert paired.weights.tolist() == [[1, 1], [1, 0], [0, 1]]


def test_only_scores_of_0_and_1_are_binary_without_a_word():
    right = scores([1, 0])
    assert pair(right, right, ["t"], ALONE, {}).scales == (BINARY,)
    between = scores([1, 0.5])
    assert pair(right, between, ["t"], ALONE, {}).scales == (None,)
    told = {"t": Scale(0.0, 1.0)}
    assert not pair(right, right, ["t"], ALONE, told).binary


def test_scores_beyond_their_scale_are_clipped():
    paired = pair(scores([-9, 1]), scores([0, 7]), ["t"], ALONE, {"t": Scale(-1.0, 2.0)})
    assert paired.ours.ravel().tolist() == [-1, 1]
    assert paired.theirs.ravel().tolist() == [0, 2]


@given(st.permutations(range(12)))
def test_the_order_of_the_scores_changes_no_bit(order):
    values = np.random.default_rng(0).random((2, 12))
    ours, theirs = scores(values[0]), scores(values[1])
    units = Units(groups={f"t{i}": f"g{i % 5}" for i in range(12)})
    one = pair(ours, theirs, ["t"], units, {})
    other = pair([ours[i] for i in order], [theirs[i] for i in order[::-1]], ["t"], units, {})
    assert one.ours.tolist() == other.ours.tolist()
    assert one.theirs.tolist() == other.theirs.tolist()


def test_the_largest_unit_is_made_up_as_all_are():
    """Three items of a group and one alone; beside them two tasks that share no unit."""
    units = Units(groups={"t0": "g", "t1": "g", "t2": "g"})
    ours = scores([1] * 4) + scores([1] * 2, "u") + scores([1] * 2, "v")
    paired = pair(ours, ours, ["t", "u", "v"], units, {})
    group, alone, *others = (np.flatnonzero(paired.ours[:, n]) for n in (0, 0, 1, 2))
    assert paired.largest(np.concatenate([group, alone])).tolist() == pytest.approx([3, 0, 0])
    assert paired.largest(np.concatenate(others)).tolist() == pytest.approx([0, 0.5, 0.5])


def test_only_the_same_items_can_be_compared():
    with pytest.raises(ValueError, match="the same items"):
        pair(scores([1, 0]), scores([1, 0, 1]), ["t"], ALONE, {})
    with pytest.raises(ValueError, match="each once"):
        pair(scores([1, 0], ids=["a", "a"]), scores([1], ids=["a"]), ["t"], ALONE, {})


def test_an_item_that_counts_for_one_of_two_models_counts_for_neither():
    ours = scores([1, 1, 0, 1], weights=[1, 0, 1, 1])
    theirs = scores([0, 1, 1, 1], weights=[1, 1, 1, 0])
    paired = pair(ours, theirs, ["t"], ALONE, {"t": BINARY})
    assert paired.weights.tolist() == [[1], [1]]
    assert [mean.tolist() for mean in paired.means] == [[0.5], [0.5]]
    assert paired.questions == 2


def test_where_no_item_counts_for_both_nothing_is_shown():
    ours, theirs = scores([1, 0], weights=[1, 0]), scores([0, 1], weights=[0, 1])
    mine, other = pair(ours, theirs, ["t"], ALONE, {"t": BINARY}).means
    assert mine.tolist() == other.tolist()
