from evomerge.rails.decision import GO_ON, Action, Decision, gravest


def test_the_gravest_counts_then_the_farthest_beyond_its_threshold_then_the_first():
    small, large = Decision(Action.PAUSE, 3.0, 2.0, "a"), Decision(Action.PAUSE, 9.0, 2.0, "b")
    stop, as_large = Decision(Action.STOP, 1.0, 1.0, "c"), Decision(Action.PAUSE, 9.0, 2.0, "d")
    assert gravest([]) is GO_ON
    assert gravest([GO_ON, small]) is small
    assert gravest([small, large, as_large]) is large
    assert gravest([large, stop]) is stop


def test_a_fall_below_a_threshold_is_as_far_as_a_rise_above_it():
    assert Decision(Action.PAUSE, 1.0, 2.0).excess == Decision(Action.PAUSE, 3.0, 2.0).excess == 0.5
    assert Decision(Action.PAUSE, 3.0, 0.0).excess == 3.0
