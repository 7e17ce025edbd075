from evomerge.rails.rules.length import LENGTH
from tests.rails.histories import goes_on, model, pauses, task, watched


def long(tokens, **more):
    return model(t=task(tokens_mean=tokens, **more))


def test_answers_twice_as_long_as_any_usual_ones_pause():
    assert "the leader's answers have 25 tokens in the mean" in pauses(LENGTH, watched(long(25.0)))
    assert goes_on(LENGTH, watched(long(19.0)))
    assert goes_on(LENGTH, watched(long(2.0))), "shorter ones are no concern of this rail"


def test_a_parent_that_knows_as_much_may_be_as_long():
    assert goes_on(LENGTH, watched(long(25.0), baselines=(model("p"), long(14.0))))
    assert pauses(LENGTH, watched(long(25.0), baselines=(model("p"), long(14.0, validation=0.0))))


def test_a_difference_must_be_sure():
    assert goes_on(LENGTH, watched(long(25.0, items=3, tokens_sd=20.0)))


def test_choices_have_no_length():
    choices = (long(0.0, tokens_sd=0.0),)
    assert goes_on(LENGTH, watched(long(0.0), baselines=choices))
