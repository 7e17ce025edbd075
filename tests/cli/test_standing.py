"""How a run stands that goes on."""

import pytest

from evomerge.cli.standing import Standing, asked, scores_table
from evomerge.ledger import Record, SessionBegan
from evomerge.report.reading import read
from tests.report.history import ENDED, HISTORY, PROVED, SEARCHED, records


def standing(facts):
    found = Standing()
    for record in records(facts):
        found.take(record)
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


def test_minutes_are_those_of_all_sessions():
    facts = [*SEARCHED[:11], SessionBegan({"minutes": 2.0}), SEARCHED[10]]
    last = Record(99, 0.0, 90.0, SEARCHED[7])
    found = standing(facts)
    found.take(last)
    assert found.share == 0.75


def test_only_what_this_process_records_is_live():
    found = Standing()
    found.take(Record(1, 0.0, 0.0, SessionBegan()))
    assert not found.is_live
    found.take(Record(2, 0.0, 0.0, SessionBegan(), is_live=True))
    assert found.is_live


def test_the_table_names_the_winner_once_there_is_one():
    def names(facts):
        return [*scores_table(read(records(facts))).columns[0].cells]

    assert names(SEARCHED) == ["A", "B", "uniform", "best candidate"]
    assert names([*SEARCHED, *PROVED, *ENDED[:1]]) == ["A", "B", "uniform", "winner"]
