import pytest

from evomerge.report.reader import RunReader
from evomerge.report.solved import Solved, SolvedItem, solved_in
from tests.page.folders import HOSTILE, SCORES, write_run


@pytest.fixture
def solved(tmp_path):
    with RunReader(write_run(tmp_path)) as reader:
        return solved_in(reader)


def ids(items):
    return {one.item for one in items}


def test_each_model_has_its_score_and_answer_on_each_item(solved):
    assert solved.models == ("A", "B", "uniform", "winner", "finalist 1")
    assert solved.parents == {"A", "B"}
    by_id = {one.item: one for one in solved.items}
    for number in range(4):
        own = tuple(SCORES[digest][number] for digest in "abuxz")
        assert by_id[f"i{number}"].scores == own
        assert by_id[f"i{number}"].answers == tuple("4" if one else HOSTILE for one in own)
    assert by_id["sealed"].scores == (None, None, None, 1.0, None)


def test_the_hardest_items_of_a_split_come_first(solved):
    assert [one.split for one in solved.items] == ["test", *["validation"] * 4]
    hardness = [one.difficulty for one in solved.items[1:]]
    assert hardness == sorted(hardness, reverse=True)
    assert solved.items[1].item == "i2"


def test_what_the_winner_adds_and_loses(solved):
    assert ids(solved.by_winner_alone) == set()
    assert ids(solved.lost_by_winner) == {"i3"}
    assert ids(solved.missed_by_elites) == {"i2"}


def item(task, *scores):
    return SolvedItem(task, "i", 0, "test", scores, "", "", tuple("" for _ in scores))


def test_an_item_that_no_parent_solves_and_the_winner_does_is_its_own():
    found = Solved(("A", "winner"), frozenset("A"), (item("t", 0.0, 1.0), item("t", 1.0, 1.0)))

    assert found.by_winner_alone == (found.items[0],)
    assert found.lost_by_winner == ()


def test_log_likelihoods_are_neither_right_nor_wrong():
    found = Solved(("A", "winner"), frozenset("A"), (item("t", -3.0, 0.75), item("u", 0.0, 1.0)))

    assert found.graded == (found.items[1],)
    assert found.by_winner_alone == (found.items[1],)


def test_before_there_is_a_winner_nothing_is_its_own():
    found = Solved(("A",), frozenset("A"), (item("t", 0.0),))

    assert (found.by_winner_alone, found.lost_by_winner, found.missed_by_elites) == ((), (), ())
