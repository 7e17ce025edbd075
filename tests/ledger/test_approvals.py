from dataclasses import FrozenInstanceError

import pytest

from evomerge.ledger import Ledger, WinnerQuarantined, WinnerSigned


def test_a_statement_is_read_as_it_was_signed(tmp_path):
    said = {"contents": {"flags": ["t: odd"]}, "note": "naïve \x1b[31m", "time": "2026"}
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(WinnerSigned(said, "c2ln"))
    with Ledger(tmp_path) as ledger:
        assert ledger.all_of(WinnerSigned) == [WinnerSigned(said, "c2ln")]


def test_what_waits_is_held_by_nothing_unless_it_is_said():
    waits = WinnerQuarantined(0, {})
    assert waits.held == ()
    with pytest.raises(FrozenInstanceError):
        waits.held = ("x",)
