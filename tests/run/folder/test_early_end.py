"""A session that ends early is recorded, and says how the run goes on."""

import errno

import pytest

from evomerge.errors import Halted, Interrupted, NoRoomError, Stopped, StoppedAtOnce, UserError
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


def test_a_stop_that_could_not_wait_says_how_the_run_goes_on(folder):
    at_once = StoppedAtOnce(Stopped("terminated"))
    resuming = early_end_recorded(folder, "evomerge resume")
    with pytest.raises(Stopped, match=r"^terminated; go on with: evomerge resume"), resuming:
        raise at_once


@pytest.mark.parametrize(
    "error", [NoRoomError("no room for it"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_full_disk_is_a_stop_wherever_it_is_met(folder, error):
    resuming = early_end_recorded(folder, "evomerge resume")
    with pytest.raises(Stopped, match="; make room, then resume; go on with: evomerge"), resuming:
        raise error
    (stopped,) = folder.ledger.all_of(RunStopped)
    assert str(error) in stopped.reason


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


def test_a_rail_says_itself_how_the_run_goes_on(folder):
    halted = Halted("paused by the rail length; go on with: evomerge resume R --override length")
    resuming = early_end_recorded(folder, "evomerge resume")
    with pytest.raises(Halted) as caught, resuming:
        raise halted
    assert str(caught.value) == str(halted)
    assert folder.ledger.all_of(RunStopped) == [RunStopped(str(halted))]
