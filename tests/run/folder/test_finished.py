import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evomerge import merge
from evomerge.errors import RunFolderError
from evomerge.ledger import BudgetRaised, Finished, WinnerQuarantined
from evomerge.page.notebook import in_html
from evomerge.recipe import parse_recipe
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.folder.finished import Run, check_released, finished_run
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
        folder.ledger.record(WinnerQuarantined(0, {}, ("refused",)))
        assert finished_run(folder).winner == tmp_path / "quarantine" / "winner"
        folder.ledger.record(BudgetRaised({"evaluations": 9}, 0.0))
        assert finished_run(folder) is None


def test_what_an_earlier_version_proved_is_not_taken_for_a_verdict(tmp_path):
    with RunFolder(tmp_path) as folder:
        folder.ledger.record(Finished("5eed", RELEASED))
        with pytest.raises(RunFolderError, match=r"proved its winner; .* in a new folder to go on"):
            finished_run(folder)


def test_a_finalist_has_a_folder_of_its_own():
    run = Run(Path("run"), replace(VERDICT, finalist=2), "0dd")
    assert run.winner == Path("run/finalists/2")


def test_a_run_is_shown_in_a_line_and_in_a_notebook():
    run = Run(Path("run"), VERDICT, "5eed")
    assert repr(run).startswith("<Run run: promoted, 1 flagged: 0.750 against 0.500 ")
    assert "\n" not in repr(run)
    assert run._repr_html_() == in_html(VERDICT, "run/winner")


RECIPE = """
merge_method: linear
models:
  - {model: "zoo:base", parameters: {weight: 0.5}}
  - {model: "zoo:largest", parameters: {weight: 0.5}}
"""


def test_a_winner_that_was_changed_is_told(tmp_path):
    sha256 = merge(parse_recipe(RECIPE), tmp_path / "winner", verify=False)
    run = Run(tmp_path, VERDICT, sha256)
    check_released(run)
    with pytest.raises(RunFolderError, match=r"its weights hash to .*, not to 5eed"):
        check_released(replace(run, weights_sha256="5eed"))
    file = tmp_path / "winner" / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-5] ^= 1
    file.write_bytes(data)
    with pytest.raises(RunFolderError, match=r"the tensor .* promote .* 0` writes it anew"):
        check_released(run)
    shutil.rmtree(tmp_path / "winner")
    with pytest.raises(RunFolderError, match=r"no manifest\.json is there"):
        check_released(run)
