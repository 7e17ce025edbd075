"""A session that ends early is recorded, and says how the run goes on."""

import pytest

from evomerge.errors import Interrupted, Stopped, UserError
from evomerge.ledger import RunFailed, RunStopped
from evomerge.run.folder.early_end import early_end_recorded
from evomerge.run.folder.folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    with RunFolder(tmp_path / "my run") as opened:
        yield opened


def test_a_stop_says_how_the_run_goes_on(folder):
    how = f"go on with: evomerge promote '{folder.path}' 1"
    for error in (Stopped("terminated"), Interrupted("interrupted")):
        promoting = early_end_recorded(folder, "evomerge promote", "1")
        with pytest.raises(type(error)) as caught, promoting:
            raise error
        assert str(caught.value) == f"{error}; {how}"
    assert folder.ledger.all_of(RunStopped) == [RunStopped("terminated"), RunStopped("interrupted")]


def test_a_second_ctrl_c_is_a_stop_that_is_not_recorded(folder):
    resuming = early_end_recorded(folder, "evomerge resume")
    with pytest.raises(Interrupted, match=r"^interrupted; go on with: evomerge resume"), resuming:
        raise KeyboardInterrupt
    assert folder.ledger.events() == []


def test_errors_are_recorded_and_stay_what_they_are(folder):
    error = UserError("no such finalist")
    with pytest.raises(UserError) as caught, early_end_recorded(folder, "evomerge resume"):
        raise error
    assert caught.value is error
    assert folder.ledger.all_of(RunFailed) == [RunFailed("UserError: no such finalist")]


def test_an_end_that_is_none_leaves_no_record(folder):
    with early_end_recorded(folder, "evomerge resume"):
        pass
    assert folder.ledger.events() == []
