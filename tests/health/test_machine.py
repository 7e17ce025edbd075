"""A machine looked at: fast, alone, and usable or not for a reason."""

import subprocess
import sys
from dataclasses import replace

from evomerge.health import machine
from evomerge.health.machine import look_at_machine
from evomerge.health.packages import Package


def test_this_machine_can_be_used(monkeypatch, tmp_path):
    monkeypatch.setenv("EVOMERGE_REGISTRY", str(tmp_path / "looks"))
    found = look_at_machine(tmp_path)
    assert found.is_usable, found.problems
    assert found.devices[0] == "cpu"
    assert "transformers" in found.engines
    assert found.registry == str(tmp_path / "looks")
    assert found.disk > 0
    assert found.cores > 0


def test_what_cannot_be_used_is_told_with_its_reason(monkeypatch, tmp_path):
    lacking = (
        Package("torch", None, False),
        Package("cma", "1.0", False),
        Package("x", "", False, "e"),
    )
    monkeypatch.setattr(machine, "packages", lambda: lacking)
    monkeypatch.setattr(machine, "_free_memory", lambda: 2**20)
    monkeypatch.setattr(machine, "_writable", lambda file: False)
    monkeypatch.setenv("EVOMERGE_REGISTRY", str(tmp_path / "looks"))
    found = look_at_machine(tmp_path)
    assert not found.is_usable
    said = " | ".join(found.problems)
    for part in (
        "torch is not installed",
        "cma is of version 1.0",
        "memory are free",
        "cannot be w",
    ):
        assert part in said
    assert " x " not in said
    assert replace(found, problems=()).is_usable


def test_a_gpu_is_asked_by_its_driver_s_own_tool(monkeypatch, tmp_path):
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA H200, 143771 MiB'\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert machine._gpus() == ("NVIDIA H200, 143771 MiB",)
    tool.write_text("#!/bin/sh\nexit 9\n")
    assert machine._gpus() == ()


def test_neither_torch_nor_ray_is_loaded():
    script = (
        "import sys\nfrom evomerge.health.machine import look_at_machine\nlook_at_machine()\n"
        "print({'torch', 'ray', 'transformers', 'lm_eval'} & {*sys.modules})"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "set()\n"
