"""What a run came to, for people and for programs."""

import json

from evomerge.cli.verdict import print_verdict
from evomerge.ledger import Ledger
from evomerge.run.folder.finished import Run
from tests.report.history import ENDED, PROVED, SEARCHED, VERDICT


def test_data_go_to_stdout_and_tables_to_stderr(tmp_path, capsys):
    with Ledger(tmp_path, create=True) as ledger:
        for what in (*SEARCHED, *PROVED, *ENDED[:1]):
            ledger.record(what)
    print_verdict(Run(tmp_path, VERDICT, "5eed"))
    told = capsys.readouterr()
    facts = json.loads(told.out)
    assert (facts["verdict"], facts["winner"], facts["best_parent"]) == ("promoted", 0.75, 0.5)
    assert facts["weights_sha256"] == "5eed"
    assert facts["folder"] == str(tmp_path / "winner")
    assert "scores" not in facts
    lines = [" ".join(line.split()) for line in told.err.splitlines()]
    assert "A 0.500 +0.250 (+0.125 to +0.375)" in lines
    assert "t 0.750 0.375 0.500 A" in lines
    assert "models.0.parameters.weight 0.25" in lines
    assert "0 0.750 0.625 tested" in lines
    assert "the search ended after 3 of 3 evaluations" in lines
    assert lines[-1] == f"winner: {tmp_path}/winner"
