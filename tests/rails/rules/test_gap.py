from evomerge.rails.rules.gap import GAP
from tests.rails.histories import generation, goes_on, model, of_entries, pauses, task, watched


def test_a_gap_beyond_curse_and_chance_pauses():
    told = pauses(GAP, watched(model(t=task(search=1.0, validation=0.6))))
    assert told.startswith("t: the leader has 1.000 on search items and 0.600 on validation items")
    assert goes_on(GAP, watched(model(t=task(search=0.8, validation=0.6))))
    assert goes_on(GAP, watched(model(t=task(search=0.4, validation=0.9)))), "a fall is none"


def test_the_more_candidates_the_more_luck_explains():
    led = model(t=task(search=0.95, validation=0.65))
    assert not goes_on(GAP, of_entries(generation(0, led, evaluated=2)))
    assert goes_on(GAP, of_entries(generation(0, led, evaluated=500)))


def test_harder_validation_items_are_no_gap():
    baselines = (model("p", t=task(search=0.9, validation=0.5)),)
    assert goes_on(GAP, watched(model(t=task(search=1.0, validation=0.6)), baselines=baselines))


def test_gaps_of_several_tasks_add_up_and_what_counts_for_nothing_does_not():
    tasks = {f"t{n}": task(search=0.92, validation=0.66) for n in range(4)}
    baselines = (model("p", **{name: task() for name in tasks}),)
    assert "all tasks together" in pauses(GAP, watched(model(**tasks), baselines=baselines))
    idle = model(t=task(search=1.0, validation=0.2, weight=0.0))
    assert goes_on(GAP, watched(idle))


def test_a_gap_that_a_person_accepted_must_grow():
    led = model(t=task(search=1.0, validation=0.6))
    history = watched(led, led)
    assert goes_on(GAP, history.since((0, 0)))
    worse = watched(led, model(t=task(search=1.0, validation=0.2)))
    assert pauses(GAP, worse.since((0, 0)))
