import pytest

from evomerge.rails.rules.jump import JUMP, changes_last
from tests.rails.histories import goes_on, model, pauses, task, watched


def course(*means, parent=0.4):
    leaders = [model(t=task(validation=mean)) for mean in means]
    return watched(*leaders, baselines=(model("p", t=task(validation=parent)),))


def test_a_jump_beyond_parents_and_history_pauses():
    assert "after 0.440 a generation before" in pauses(JUMP, course(0.4, 0.42, 0.43, 0.44, 0.95))
    assert goes_on(JUMP, course(0.4, 0.42, 0.43, 0.44, 0.6)), "chance"
    assert goes_on(JUMP, course(0.4, 0.42, 0.43, 0.44, 0.95, parent=0.9)), "a parent can it, too"


def test_a_rise_that_was_going_on_and_a_beginning_are_no_jumps():
    assert goes_on(JUMP, course(0.1, 0.3, 0.5, 0.7, 0.9))
    assert goes_on(JUMP, course(0.1, 0.2, 0.9))
    assert goes_on(JUMP, course(0.4, 0.4, 0.4, 0.95, 0.96)), "it was a generation ago"


@pytest.mark.parametrize(
    ("values", "last"),
    [
        ([], False),
        ([1], False),
        ([0, 1], True),
        ([0, 0, 0, 1], True),
        ([0, 0, 1, 1], False),
        ([0, 1, 2, 3, 4], False),
        ([5, 5, 5, 5, 0], True),
    ],
)
def test_the_change_point_leaves_the_least_squares(values, last):
    assert changes_last(values) is last
