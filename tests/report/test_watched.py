from evomerge.ledger import BaselinesWatched, GenerationWatched, WatchedModel
from evomerge.report.reading import read
from evomerge.report.watched import Watches
from tests.report.history import SEARCHED, records


def generation(cycle, number, evaluated=4):
    return GenerationWatched(cycle, number, 4, 0, evaluated, None)


def test_of_a_generation_that_was_looked_at_again_the_last_look_counts():
    watches = Watches()
    assert watches.viewed is None
    parent = WatchedModel("p", {})
    looks = generation(0, 0), generation(1, 0), generation(0, 1), generation(0, 0, 8)
    for what in (BaselinesWatched((parent,)), *looks):
        watches.take(what)
    seen = watches.viewed
    assert seen.models == (parent,)
    assert seen.generations == (generation(0, 0, 8), generation(0, 1), generation(1, 0))


def test_a_view_tells_what_rails_looked_at():
    assert read(records(SEARCHED)).watch is None
    assert read(records([*SEARCHED, generation(0, 0)])).watch.generations == (generation(0, 0),)
