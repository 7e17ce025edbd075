from evomerge.ledger import (
    EvaluatorChanged,
    EvaluatorHashed,
    Ledger,
    WinnerLetOut,
    WinnerQuarantined,
    WinnerSigned,
)

FACTS = [
    EvaluatorHashed({"/tasks/sums.yaml": "a" * 64}),
    EvaluatorChanged({"/tasks/sums.yaml": "b" * 64}),
    WinnerQuarantined(0, {"weights_sha256": "w", "flags": ["t: odd"]}, ("refused",)),
    WinnerSigned({"note": "naïve \x1b[31m", "decision": "approved"}, "c2ln"),
    WinnerLetOut(1, "f" * 64),
]


def test_they_are_read_as_they_were_recorded(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(*FACTS)
    with Ledger(tmp_path) as ledger:
        assert ledger.events() == FACTS
