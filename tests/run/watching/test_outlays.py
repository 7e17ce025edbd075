from evomerge.ledger import Cost, Ledger, Outlay, Part, PartAhead, State
from evomerge.run.watching.outlays import Outlays

PART = Part("d", "search", State.SCORED, cost=Cost(0.5, 1.0, 0.0, 40, 7.5))


def test_all_that_was_done_counts_once(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        assert Outlays(ledger).so_far.tokens == 0
        ledger.record(PART, PartAhead(PART, "asked"))
        outlays = Outlays(ledger)
        assert (outlays.so_far.tokens, outlays.so_far.energy_j) == (80, 15.0)
        ledger.record(PART)
        assert outlays.so_far.tokens == 80, "what was done ahead is asked for"
        ledger.record(PART)
        assert outlays.so_far.tokens == 120
        assert outlays.so_far.seconds <= ledger.active_s
        assert isinstance(outlays.so_far, Outlay)
