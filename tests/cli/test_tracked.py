"""What is wrong with trackers, told to people."""

import io
import logging
import sys

from evomerge.cli.tracked import trackers_heard

LOG = logging.getLogger("evomerge.trackers")


def test_warnings_are_printed_meanwhile_as_text(capsys):
    with trackers_heard():
        LOG.warning("tracker %s: no \x1b[2J room", "mlflow")
        LOG.info("no caution")
    LOG.warning("too late")
    assert capsys.readouterr().err == "caution: tracker mlflow: no \\x1b[2J room\n"


def test_nobody_who_listens_is_no_error(monkeypatch):
    tried = []

    class Closed(io.StringIO):
        def write(self, text):
            tried.append(text)
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    with trackers_heard():
        LOG.warning("nobody")
    assert tried
