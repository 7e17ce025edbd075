"""What a session records stands in its log, failures and warnings as such."""

import logging

from evomerge.ledger import Cautioned, Cost, Part, Record, RunBegan, RunStopped, State
from evomerge.run.folder.record_log import LONGEST, log_record


def logged(caplog, what, is_live=True):
    caplog.clear()
    with caplog.at_level(logging.INFO, "evomerge"):
        log_record(Record(7, 0.0, 0.0, what, is_live))
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def test_parts_are_logged_with_their_cost_and_failures_with_their_reason(caplog):
    part = Part("d" * 64, "search", State.FAILED, "out of memory", cost=Cost(1.5, 2, 0.25, 30))
    assert logged(caplog, part) == [
        (
            "WARNING",
            "record 7: Part dddddddddddddddd on search failed: out of memory (merging 1.500 s, "
            "forward passes 2.000 s, other 0.250 s, 30 tokens)",
        )
    ]


def test_warnings_and_stops_are_warnings_and_all_else_is_told_shortly(caplog):
    assert logged(caplog, Cautioned(("few items",)))[0][0] == "WARNING"
    assert "no room" in logged(caplog, RunStopped("no room"))[0][1]
    ((level, message),) = logged(caplog, RunBegan({"recipe": "x" * 1000}))
    assert level == "INFO"
    assert len(message) <= LONGEST + 20


def test_what_an_earlier_session_recorded_is_in_its_log(caplog):
    assert logged(caplog, RunStopped("no room"), is_live=False) == []
