from evomerge.rails.rules.guards import GUARDS
from tests.rails.histories import goes_on, model, pauses, task, watched


def guarded(mean, floor=0.6):
    return model(t=task(validation=mean, weight=0.0, floor=floor))


def test_a_floor_that_was_kept_and_is_broken_pauses():
    told = pauses(GUARDS, watched(guarded(0.7), guarded(0.4)))
    assert "4.0 standard errors below its floor (0.600), which an earlier leader kept" in told
    assert goes_on(GUARDS, watched(guarded(0.7), guarded(0.5))), "not surely"


def test_a_floor_that_nobody_has_kept_is_for_the_search_to_reach():
    assert goes_on(GUARDS, watched(guarded(0.2)))
    assert goes_on(GUARDS, watched(guarded(0.3), guarded(0.2)))


def test_a_perplexity_that_is_watched_must_not_fall_below_all_parents():
    def idle(surprise):
        return model(t=task(validation=-surprise, weight=0.0))

    baselines = (idle(2.0), idle(2.5))
    sound, worse = (watched(idle(2.1), idle(end), baselines=baselines) for end in (2.6, 3.5))
    assert goes_on(GUARDS, sound)
    assert "the worst parent (-2.500)" in pauses(GUARDS, worse)


def test_a_task_that_counts_and_has_no_floor_may_fall():
    falling = [model(t=task(validation=mean)) for mean in (0.9, 0.1)]
    assert goes_on(GUARDS, watched(*falling))
