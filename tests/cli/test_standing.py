"""How a run stands that goes on."""

import pytest

from evomerge.cli.standing import Standing, asked, scores_table
from evomerge.ledger import ItemScore, Part, Record, SessionBegan, State
from evomerge.report.reading import Reading, read
from tests.report.history import ENDED, HISTORY, PROVED, SEARCHED, records


def standing(facts):
    found = Standing()
    found.take(read(records(facts)))
    return found


def test_parents_are_counted_while_they_are_scored():
    found = standing(SEARCHED[:6])
    assert (asked(found.view), found.share) == (2, pytest.approx(2 / 3))
    assert "scoring parents: 2 of 3 parents" in found.line


def test_the_search_is_done_as_far_as_its_budget_is_spent():
    found = standing(HISTORY)
    assert found.share == 4 / 5
    assert "4 of 5 candidates (1 failed), best 0.750 on 8 of 8 search items" in found.line
    assert "search items, best parent 0.500" in found.line


def test_minutes_are_those_of_all_sessions_and_told_where_they_are_scarcest():
    limits = {"minutes": 2.0, "evaluations": 40}
    facts = [*SEARCHED[:11], SessionBegan(limits), SEARCHED[10]]
    reading = Reading()
    for record in [*records(facts), Record(99, 0.0, 90.0, SEARCHED[7])]:
        reading.take(record)
    found = Standing()
    found.take(reading.view(is_running=True))
    assert found.share == 0.75
    assert found.done == ["0 of 40 candidates", "1.5 of 2 minutes"]


def test_the_clock_is_the_run_s_own_over_all_its_sessions():
    seconds = [7.0]
    found, reading = Standing(lambda: seconds[0]), Reading()
    for record in [*records(SEARCHED), Record(99, 0.0, 90.0, SEARCHED[-1])]:
        reading.take(record)
    found.take(reading.view(is_running=True))
    assert found.clock == "[  90.0 s]"
    seconds[0] = 9.5
    assert found.clock == "[  92.5 s]", "it goes on while nothing is recorded"
    for number, made_s, shown in ((100, 92.0, "[  92.5 s]"), (101, 93.0, "[  93.0 s]")):
        reading.take(Record(number, 0.0, made_s, SEARCHED[-1]))
        found.take(reading.view(is_running=True))
        assert found.clock == shown, "it does not go back"


def test_how_fast_and_how_long_is_told_while_it_is_known_how_much_there_is():
    scores = [ItemScore("t", str(n), 0.5) for n in range(7)]
    seconds = [0.0]
    found = Standing(lambda: seconds[0])
    facts = SEARCHED[:11]
    found.take(read(records(facts)))
    seconds[0] = 30.0
    found.take(read(records([*facts, Part("x", "search", State.SCORED, scores=scores)])))
    assert found.speed == ["0.7 items/s"], "seven in the ten seconds since the session began"
    found.take(read(records(HISTORY)))
    assert found.done == ["4 of 5 candidates (1 failed)"]
    found.take(read(records([*SEARCHED, *PROVED])))
    assert found.speed == [], "nobody knows how long proving takes"
    assert not found.is_measured


def test_the_table_names_the_winner_once_there_is_one():
    def names(facts):
        return [*scores_table(read(records(facts))).columns[0].cells]

    assert names(SEARCHED) == ["A", "B", "uniform", "best candidate"]
    assert names([*SEARCHED, *PROVED, *ENDED[:1]]) == ["A", "B", "uniform", "winner"]
