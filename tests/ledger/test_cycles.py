from evomerge.ledger import CycleEnded, CycleJudged, Ledger


def test_cycles_are_read_again_as_they_ended_and_were_judged(tmp_path):
    facts = [
        CycleEnded(0, 6, 2, None, {"evaluations": 12}, {"evaluations": 12}, 1.5),
        CycleJudged(0, 0.75, 0.5, True, 0.25, 0.875, 0.5),
        CycleEnded(1, 3, 2, "all equal"),
        CycleJudged(1, None, 0.75, False, 0.0, 0.0, 1.0, (7, 5)),
    ]
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(*facts)
    with Ledger(tmp_path) as ledger:
        assert ledger.all_of(CycleEnded) == facts[::2]
        assert ledger.all_of(CycleJudged) == facts[1::2]
