from evomerge.rails.rules.collapse import COLLAPSE
from tests.rails.histories import entropies, generation, goes_on, of_entries, pauses


def course(*bits, **more):
    return of_entries(
        *(generation(n, entropies=entropies(each, **more)) for n, each in enumerate(bits))
    )


def test_answers_that_lose_their_variety_pause():
    assert "have 1.00 bits of entropy" in pauses(COLLAPSE, course(4.0, 1.0))
    assert pauses(COLLAPSE, course(1.0)), "in the first generation, too"
    assert goes_on(COLLAPSE, course(4.0, 3.0))


def test_a_search_that_converges_from_nonsense_goes_on():
    assert goes_on(COLLAPSE, course(8.0, 3.5, 3.4))


def test_of_few_items_or_of_parents_that_all_say_one_thing_nothing_is_said():
    assert goes_on(COLLAPSE, course(4.0, 0.0, items=7))
    assert goes_on(COLLAPSE, course(0.4, 0.0, baseline=0.4))


def test_what_a_person_accepted_must_fall_further():
    history = course(4.0, 1.5, 1.5)
    assert pauses(COLLAPSE, course(4.0, 1.5))
    assert goes_on(COLLAPSE, history.since((0, 1)))
