import errno
import os

import pytest
import torch

from evomerge.errors import EvomergeError, NoRoomError
from evomerge.training.progress import KeptState, TrainingState

STATE = TrainingState(3, 42, 0.1 + 0.2, float("inf"), {"matrix.a": torch.tensor([0.1, -0.0])})


def test_a_state_is_read_as_it_was(tmp_path):
    kept = KeptState(tmp_path / "a", "me")
    assert kept.read() is None
    kept.write(STATE)
    kept.write(STATE)
    read = kept.read()
    assert (read.steps, read.tokens, read.seconds, read.loss) == (3, 42, 0.1 + 0.2, float("inf"))
    assert read.tensors["matrix.a"].numpy().tobytes() == STATE.tensors["matrix.a"].numpy().tobytes()
    assert [one.name for one in tmp_path.iterdir()] == [".a.training"]
    kept.remove()
    assert not [*tmp_path.iterdir()]


def test_the_state_of_another_training_is_none(tmp_path):
    KeptState(tmp_path / "a", "me").write(STATE)
    assert KeptState(tmp_path / "a", "you").read() is None


@pytest.mark.parametrize("damage", [b"", b"x" * 99, None])
def test_a_damaged_state_is_none(tmp_path, damage):
    kept = KeptState(tmp_path / "a", "me")
    kept.write(STATE)
    file = tmp_path / ".a.training"
    if damage is None:  # a bit, in a tensor
        whole = file.read_bytes()
        damage = whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:]
    file.write_bytes(damage)
    assert kept.read() is None


def test_a_full_disk_is_told_and_keeps_what_was_there(tmp_path, monkeypatch):
    kept = KeptState(tmp_path / "a", "me")
    kept.write(STATE)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(NoRoomError, match="No space left"):
        kept.write(STATE)
    assert kept.read().steps == 3
    assert [one.name for one in tmp_path.iterdir()] == [".a.training"]


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(EvomergeError, match="cannot be written"):
        KeptState(tmp_path / "gone" / "a", "me").write(STATE)
