from evomerge.ledger import Flag, Ledger, RankedFinalist, WinnerChosen


def test_flags_of_finalists_are_kept(tmp_path):
    flag = Flag("t", "truncated", 0.5, 0.0, "t: half of its answers are cut off")
    chosen = WinnerChosen("w", finalists=(RankedFinalist("w", 0.5, 0.4, 0.0, (flag,)),))
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(chosen)
    with Ledger(tmp_path) as ledger:
        (read,) = ledger.all_of(WinnerChosen)
    assert read.finalists[0].flags == (flag,)
