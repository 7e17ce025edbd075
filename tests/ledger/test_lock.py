import os
import subprocess
import sys

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import LOCK, Lock, is_in_use


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock."""
    code = (
        "import sys, pathlib, evomerge.ledger as l; lock = l.Lock(pathlib.Path(sys.argv[1]));"
        "print('locked', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"locked\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lock_keeps_others_out_and_goes_with_its_process(tmp_path, other):
    assert is_in_use(tmp_path)
    with pytest.raises(RunFolderError, match="in use by another run"):
        Lock(tmp_path)
    other.kill()
    other.communicate()
    assert not is_in_use(tmp_path)


def test_deleting_the_file_lets_nobody_in(tmp_path, other):
    (tmp_path / LOCK).unlink()
    assert is_in_use(tmp_path)
    with pytest.raises(RunFolderError, match="in use by another run"):
        Lock(tmp_path)


def test_who_looks_leaves_nothing_behind(tmp_path):
    assert not is_in_use(tmp_path)
    assert not is_in_use(tmp_path / "absent")
    assert [*tmp_path.iterdir()] == []
    Lock(tmp_path).release()
    assert not is_in_use(tmp_path)


def test_a_fork_that_outlives_its_process_keeps_nobody_out(tmp_path):
    read, write = os.pipe()
    lock = Lock(tmp_path)
    child = os.fork()
    if not child:
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    try:
        assert is_in_use(tmp_path)  # the fork has let go of its own copy alone
        lock.release()
        Lock(tmp_path).release()
    finally:
        os.close(write)
        os.waitpid(child, 0)
        os.close(read)
