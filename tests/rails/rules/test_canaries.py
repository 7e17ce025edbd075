from evomerge.rails import Action, CanariesJudged
from evomerge.rails.rules.canaries import CANARIES
from tests.rails.histories import decide, goes_on, model, pauses, watched


def judged(*canaries):
    return watched(model(), canaries=canaries)


def test_vote_and_executor_that_disagree_pause():
    told = pauses(CANARIES, judged(CanariesJudged(0, 50, 2), CanariesJudged(1, 50, 20)))
    assert told == "vote and executor disagree on 20 of 50 canaries of cycle 1"
    assert goes_on(CANARIES, judged(CanariesJudged(0, 50, 20), CanariesJudged(1, 50, 2)))
    assert goes_on(CANARIES, judged(CanariesJudged(0, 5, 1))), "not surely"
    assert goes_on(CANARIES, judged(CanariesJudged(0, 0, 0)))


def test_an_executor_that_is_wrong_stops():
    decision = decide(CANARIES, judged(CanariesJudged(0, 50, 20, executor_wrong=15)))
    assert decision.action is Action.STOP
    assert "the executor is wrong on 15 of 50 canaries" in decision.sentence
    assert CANARIES.stops
    alone = decide(CANARIES, judged(CanariesJudged(0, 0, 0, executor_wrong=15, executor_asked=60)))
    assert "the executor is wrong on 15 of 60 canaries" in alone.sentence
    assert goes_on(CANARIES, judged(CanariesJudged(0, 50, 0, executor_wrong=1, executor_asked=60)))
