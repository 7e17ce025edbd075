"""What is written stays written, and a full disk is known as one."""

import errno

import pytest

from evomerge.disk import is_full, sync


def test_files_and_folders_can_be_synced(tmp_path):
    (tmp_path / "a").write_text("text")
    sync(tmp_path / "a")
    sync(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "b")


def test_a_full_disk_and_a_spent_quota_are_told_from_other_errors():
    assert all(is_full(OSError(code, "")) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
    assert not is_full(OSError(errno.EACCES, ""))
