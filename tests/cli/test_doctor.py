"""What is printed of a machine, for people and as JSON, and the exit code."""

import json

import pytest
from typer.testing import CliRunner

from evomerge.cli.doctor import described
from evomerge.cli.main import app
from evomerge.health import machine
from evomerge.health.listening import Listener
from evomerge.health.machine import Machine
from evomerge.health.packages import Package

FOUND = Machine(
    "1.0",
    "3.11.1",
    "Linux",
    2,
    (Package("torch", "2.0", True), Package("vllm", None, False, "vllm")),
    ("NVIDIA H200, 143771 MiB",),
    ("cpu", "cuda"),
    ("transformers",),
    ("in this process",),
    3 * 2**30,
    5 * 2**30,
    "none",
    (Listener("0.0.0.0", 6379, 7, "gcs_server"),),
    ("something is open",),
    (),
)


def test_lines_say_what_there_is_what_is_open_and_what_is_lacking():
    text = "\n".join(described(FOUND))
    for part in (
        "packages: torch 2.0",
        "extra vllm: lacks vllm: pip install 'evomerge[vllm]'",
        "devices: cpu, cuda; 2 cores; NVIDIA H200",
        "free: 3.0 GiB of memory, 5.0 GiB of disk",
        "listens: 0.0.0.0:6379 (others reach it) gcs_server",
        "unsafe: something is open",
    ):
        assert part in text
    assert text.endswith("evomerge can be used here")


@pytest.mark.parametrize("problems, code", [((), 0), (("no torch",), 1)])
def test_the_exit_code_says_whether_it_can_be_used(monkeypatch, problems, code):
    from dataclasses import replace

    monkeypatch.setattr(machine, "look_at_machine", lambda: replace(FOUND, problems=problems))
    asked = CliRunner().invoke(app, ["doctor", "--json"])
    assert asked.exit_code == code
    told = json.loads(asked.stdout)
    assert (told["is_usable"], told["problems"]) == (not problems, [*problems])
    assert told["listening"][0]["port"] == 6379
    assert CliRunner().invoke(app, ["doctor"]).exit_code == code
