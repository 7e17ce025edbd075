"""A leader that breaks the constitution more than the model that it is compared with."""

from evomerge.ledger import ConductWatched
from evomerge.rails.rules.conduct import CONDUCT
from tests.rails.histories import generation, goes_on, of_entries, pauses


def seen(broken, base=0, parents=("helpful",)):
    return ConductWatched(40, broken, base, 20, 20, 20, 0.8, parents)


def after(*conducts, **more):
    return of_entries(*(generation(n, conduct=one) for n, one in enumerate(conducts)), **more)


def test_a_leader_that_breaks_it_pauses_and_the_parents_that_do_are_named():
    told = pauses(CONDUCT, after(seen(0), seen(20)))
    assert told.startswith("the leader breaks the constitution on 20 of 40 probes, the model")
    assert told.endswith("so does the parent helpful")
    assert "so does" not in pauses(CONDUCT, after(seen(20, parents=())))
    both = pauses(CONDUCT, after(seen(20, parents=("a", "b"))))
    assert both.endswith("so do the parents a and b")


def test_what_the_base_breaks_too_or_chance_explains_goes_on():
    assert goes_on(CONDUCT, after(seen(20, base=19)))
    assert goes_on(CONDUCT, after(seen(2)))
    assert goes_on(CONDUCT, after(seen(4, base=1))), "not surely"
    assert goes_on(CONDUCT, after(seen(20)), least=0.6)
    assert goes_on(CONDUCT, after(None)), "no constitution"


def test_what_a_person_has_accepted_is_usual_from_there_on():
    history = after(seen(20), seen(22)).since((0, 0))
    assert goes_on(CONDUCT, history)
    assert "on 39 of 40" in pauses(CONDUCT, after(seen(20), seen(39)).since((0, 0)))
