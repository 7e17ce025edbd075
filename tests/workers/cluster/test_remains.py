"""Processes that really end, and what is found of them."""

import subprocess
import sys
from dataclasses import replace

import pytest

from evomerge.workers.cluster import remains
from evomerge.workers.cluster.remains import Birth, what_ended

DIES = """
import faulthandler, os, signal, sys
faulthandler.enable()
print("a line of its own", file=sys.stderr, flush=True)
os.kill(os.getpid(), signal.{})
"""


def left_by(folder, name):
    errors = folder / "worker.err"
    with errors.open("w") as file:
        ended = subprocess.run([sys.executable, "-c", DIES.format(name)], stderr=file, check=False)
    assert ended.returncode < 0
    return replace(Birth.here("node"), errors=str(errors))


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL"])
def test_a_crash_is_told_by_its_trace(tmp_path, name):
    assert what_ended(left_by(tmp_path, name)).startswith("its worker crashed (")


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGBUS"])
def test_what_came_from_outside_is_no_crash(tmp_path, name):
    assert what_ended(left_by(tmp_path, name)) == ""


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGBUS", "SIGTERM"])
def test_rays_own_traces_are_read(tmp_path, name):
    errors = tmp_path / "worker.err"
    errors.write_text(f":job_id:01\n*** {name} received at time=1795988279 on cpu 0 ***\nPC: @ 0\n")
    found = what_ended(replace(Birth.here("node"), errors=str(errors)))
    assert found == ("its worker crashed (SIGSEGV)" if name == "SIGSEGV" else "")


def test_the_kernel_counts_what_it_ends_for_memory(tmp_path, monkeypatch):
    birth = left_by(tmp_path, "SIGKILL")
    monkeypatch.setattr(remains, "_ended_for_memory", lambda: birth.ended_for_memory + 1)
    assert what_ended(birth) == "the kernel ended its worker: the host was out of memory"


def test_an_error_stream_that_is_no_file_tells_nothing(tmp_path):
    for errors in ("", "pipe:[123]", str(tmp_path / "gone")):
        assert what_ended(replace(Birth.here("node"), errors=errors)) == ""
