from dataclasses import replace
from operator import attrgetter

import pytest

from evomerge.ledger import CycleJudged
from evomerge.rails.watched import CanariesJudged, WatchedRun
from tests.rails.histories import generation, model, task, watched

EMPTY = attrgetter("empty")


def at(validation, empty, items=100):
    return task(validation=validation, empty=empty, items=items)


def parents(*tasks):
    return tuple(model(f"p{n}", t=one) for n, one in enumerate(tasks))


def usual(leader, *baselines):
    return watched(model(t=leader), baselines=parents(*baselines)).usual("t", EMPTY)


def test_models_as_good_say_what_is_usual_and_those_that_know_nothing_do_not():
    assert usual(at(0.8, 0.0), at(0.1, 0.9), at(0.9, 0.05), at(0.7, 0.1)) == pytest.approx(
        (0.1, 100)
    )


def test_between_two_parents_a_mixture_is_usual():
    # Two errors below 0.6 is 0.5, halfway between the parents.
    assert usual(at(0.6, 0.0), at(0.1, 0.5), at(0.9, 0.1)) == pytest.approx((0.3, 100))


def test_who_is_better_than_all_is_held_against_the_best():
    assert usual(at(0.9, 0.0), at(0.1, 0.9, 7), at(0.3, 0.2, 50)) == (0.2, 50)


def test_of_nobody_nothing_is_usual():
    assert watched(model(), baselines=(model("p", u=task()),)).usual("t", EMPTY) is None


def test_what_a_person_has_accepted_is_no_news():
    entries = (*(generation(n) for n in range(3)), generation(0, cycle=1))
    gains = CycleJudged(0, 0.5, 0.5, True, 0.1, 0.9, 0.5)
    canaries = tuple(CanariesJudged(cycle, 50, 1) for cycle in (0, 1))
    history = WatchedRun((model("parent"),), entries, (gains,), canaries)
    after = history.since((0, 1))
    assert [one.digest for one in after.baselines] == ["parent", "g1"]
    assert [one.place for one in after.entries] == [(0, 2), (1, 0)]
    assert after.accepted == entries[1]
    assert after.cycles == (gains,)
    assert after.canaries == canaries, "those of a cycle are seen in the next one"
    assert history.since((1, 0)).canaries == canaries[1:]
    assert len(after.leaders("t")) == 3
    assert history.since((7, 7)) == history, "that was never seen"


def test_leaders_are_those_that_know_the_task():
    history = watched(model(t=task(0.1)), model(u=task()), model(t=task(0.2)))
    history = replace(history, entries=(*history.entries, replace(generation(3), leader=None)))
    assert [one.search.mean for one in history.leaders("t")] == [0.1, 0.2]
    assert [*history.leading()] == []
