from evomerge.ledger import Front, Ledger, RankedFinalist, WinnerChosen


def test_a_front_is_read_as_it_was_recorded(tmp_path):
    front = Front(("sums", "words"), ("a", "b"), "b", 0.25, (0.5, 0.125), "knee")
    finalists = (
        RankedFinalist("a", 0.5, 0.25, goals=(1.0, 0.0)),
        RankedFinalist("b", 0.5, 0.5, goals=(0.5, 0.5)),
    )
    chosen = WinnerChosen("b", finalists=finalists, front=front)
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(chosen)
    with Ledger(tmp_path) as ledger:
        assert ledger.all_of(WinnerChosen) == [chosen]
