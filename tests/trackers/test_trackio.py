"""What is trackio's own; the rest stands in test_tracker.py."""

import logging

from evomerge.trackers import trackio


def test_what_it_prints_goes_into_the_log(capsys, caplog):
    with caplog.at_level(logging.INFO):
        trackio._log("* Created", "run", flush=True)
    assert capsys.readouterr().out == ""
    assert [record.getMessage() for record in caplog.records] == ["* Created run"]
