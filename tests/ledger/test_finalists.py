"""A winner's record, written and read again."""

from evomerge.ledger import Ledger, Named, RankedFinalist, WinnerChosen, WinnerExplained
from evomerge.ledger.role import UNIFORM, Model, Role


def test_a_winner_and_what_it_is_compared_with_come_back_as_they_were(tmp_path):
    control = Model(Role.CONTROL, "no_data")
    against = (Named(UNIFORM, "u"), Named(control, "c"))
    chosen = WinnerChosen("w", against, 0.1, 0.2, 0.3, (RankedFinalist("w", 0.5, 0.25),))
    explained = WinnerExplained("w", 3, RankedFinalist("s", 0.5, 0.125))
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(chosen, explained)
    with Ledger(tmp_path) as ledger:
        assert ledger.all_of(WinnerChosen) == [chosen]
        assert ledger.all_of(WinnerExplained) == [explained]
    assert control.label == "control no_data"
    assert Model(Role.PARENT, "control no_data").label == "parent control no_data"
