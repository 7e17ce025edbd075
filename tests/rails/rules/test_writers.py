"""Writers that repeat what there is, or ask what all can do."""

from evomerge.rails import WriterJudged
from evomerge.rails.rules.writers import WRITERS
from tests.rails.histories import generation, goes_on, model, of_entries, pauses, watched


def wrote(known=0, easy=0, drawn=60, cycle=0, writer="told"):
    return WriterJudged(cycle, writer, drawn, known, easy)


def after(*writers):
    return watched(model(), writers=writers)


def test_a_writer_of_known_items_pauses_and_is_named():
    told = pauses(WRITERS, after(wrote(5), wrote(57, writer="leaky")))
    assert told == (
        "57 of 60 items that the writer leaky wrote in cycle 0 are nearly items that there are "
        "already, perhaps sealed ones"
    )


def test_a_writer_of_what_all_solve_pauses():
    assert "60 of 60 items" in pauses(WRITERS, after(wrote(easy=60)))
    assert "are solved by more of the population" in pauses(WRITERS, after(wrote(easy=60)))


def test_what_chance_explains_and_what_is_bearable_goes_on():
    assert goes_on(WRITERS, after())
    assert goes_on(WRITERS, after(wrote(29, 29))), "two halves are not one writer's habit"
    assert goes_on(WRITERS, after(wrote(35))), "not surely"
    assert goes_on(WRITERS, after(wrote(3, drawn=3)))
    assert goes_on(WRITERS, after(wrote(drawn=0)))
    assert goes_on(WRITERS, after(wrote(50)), known=0.9)


def test_only_what_was_written_last_counts():
    assert goes_on(WRITERS, after(wrote(60), wrote(3, cycle=1)))
    assert "cycle 1" in pauses(WRITERS, after(wrote(3), wrote(60, cycle=1)))


def test_what_a_person_has_accepted_counts_no_more():
    entries = generation(0, cycle=1), generation(1, cycle=1)
    assert "cycle 0" in pauses(WRITERS, of_entries(*entries, writers=(wrote(60),)))
    assert goes_on(WRITERS, of_entries(*entries, writers=(wrote(60),)).since((1, 0)))
