from dataclasses import replace
from pathlib import Path

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import BudgetRaised, Finished
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.folder.finished import Run, finished_run
from evomerge.run.folder.folder import RunFolder
from tests.report.history import VERDICT
from tests.report.test_verdict_json import RELEASED


def test_a_run_is_finished_until_its_budget_is_raised(tmp_path):
    with RunFolder(tmp_path) as folder:
        assert finished_run(folder) is None
        folder.ledger.record(Finished("5eed", verdict_to_json(VERDICT)))
        run = finished_run(folder)
        assert run == Run(tmp_path, VERDICT, "5eed")
        assert (run.promoted, run.winner) == (True, tmp_path / "winner")
        folder.ledger.record(BudgetRaised({"evaluations": 9}, 0.0))
        assert finished_run(folder) is None


def test_what_an_earlier_version_proved_is_not_taken_for_a_verdict(tmp_path):
    with RunFolder(tmp_path) as folder:
        folder.ledger.record(Finished("5eed", RELEASED))
        with pytest.raises(RunFolderError, match="an earlier version of evomerge proved its"):
            finished_run(folder)


def test_a_finalist_has_a_folder_of_its_own():
    run = Run(Path("run"), replace(VERDICT, finalist=2), "0dd")
    assert run.winner == Path("run/finalists/2")
