"""Many programs at once, and a machine that has no sandbox."""

import platform
import subprocess
import sys

import pytest

from evomerge.errors import UserError
from evomerge.score.judges.sandbox import (
    Limits,
    Parts,
    process,
    require_sandbox,
    run_programs,
    syscalls,
)
from tests.score.judges.hostile import REFUSED, SMALL

EVERYTHING_ALLOWED = syscalls._step(syscalls.RETURN, syscalls.ALLOW)


def test_many_programs_keep_their_order(world):
    sources = [f"assert {number} % 3" for number in range(12)]
    outcomes = run_programs([*map(Parts, sources)], Limits(seconds=60), at_once=3)
    assert [outcome.passed for outcome in outcomes] == [number % 3 > 0 for number in range(12)]
    world.check()


def test_hostile_programs_at_once_do_not_disturb_good_ones(world):
    hostile = [world.program(source) for source in list(REFUSED.values())[::8]]
    sources = [source for bad in hostile for source in (bad, "x = 1")]
    outcomes = run_programs([*map(Parts, sources)], Limits(seconds=60, **SMALL), at_once=4)
    assert [outcome.passed for outcome in outcomes] == [False, True] * len(hostile)
    world.check()


class TestRequiring:
    """`require_sandbox` tries; here, with a part of the sandbox missing."""

    @pytest.fixture(autouse=True)
    def _untried(self):
        require_sandbox.cache_clear()
        yield
        require_sandbox.cache_clear()

    def test_a_machine_without_numbers(self, monkeypatch):
        monkeypatch.setattr(platform, "machine", lambda: "riscv64")
        with pytest.raises(
            UserError, match="x86_64 and aarch64 only, and this is Linux on riscv64"
        ):
            require_sandbox()

    def test_no_filter(self, monkeypatch):
        monkeypatch.setattr(process, "_filter", lambda machine: EVERYTHING_ALLOWED)
        with pytest.raises(UserError, match="does not hold"):
            require_sandbox()

    def test_readable_files(self, monkeypatch):
        monkeypatch.setattr(process, "LIBRARIES", ("/",))
        with pytest.raises(UserError, match=r"does not hold .*listdir"):
            require_sandbox()

    @pytest.mark.parametrize("call", ["socket", "chmod"])
    def test_one_call_too_many(self, monkeypatch, call):
        numbers = {"socket": (41, 198), "chmod": (90, 53)}
        allowed = {**syscalls.ALLOWED, call: numbers[call]}
        monkeypatch.setattr(syscalls, "ALLOWED", allowed)
        monkeypatch.setattr(process, "_filter", syscalls.seccomp_filter)
        with pytest.raises(UserError, match="does not hold"):
            require_sandbox()

    @pytest.mark.parametrize("number, part", [(444, "syscall"), (445, "syscall"), (157, "prctl")])
    def test_a_kernel_without_a_part(self, number, part):
        script = (
            "from evomerge.score.judges.sandbox import jail, require_sandbox, syscalls\n"
            "step = syscalls._step\n"
            "jail.call('prctl', 38, 1, 0, 0, 0)\n"
            "jail._filter_calls(step(syscalls.LOAD, 0) + step(syscalls.COMPARE, NUMBER, 1)\n"
            "    + step(syscalls.RETURN, 0x00050026) + step(syscalls.RETURN, syscalls.ALLOW))\n"
            "require_sandbox()\n"
        ).replace("NUMBER", str(number))
        if platform.machine() != "x86_64" and part == "prctl":
            script = script.replace("157", "167")
        tried = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        assert f"cannot be had on this machine (OSError: [Errno 38] {part}" in tried.stderr
