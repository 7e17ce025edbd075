"""A run submitted as a job to a Ray head is the run that one process makes."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

import evomerge
from evomerge.ledger import Ledger, SessionBegan, Trial
from tests.run.small import TEXT

pytest.importorskip("aiohttp_cors", reason="the job API needs ray[default]")

START_S, JOB_S = 120, 300
SUBMITTER = """
import json, sys, time
from ray.job_submission import JobSubmissionClient
address, entrypoint, folder, variables = sys.argv[1:]
client = JobSubmissionClient(address)
environment = {"working_dir": folder, "env_vars": json.loads(variables)}
job = client.submit_job(entrypoint=entrypoint, runtime_env=environment)
while (status := client.get_job_status(job)) not in ("SUCCEEDED", "FAILED", "STOPPED"):
    time.sleep(0.5)
print(status.value)
print(client.get_job_logs(job))
"""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def head():
    """The dashboard's address of a head of its own, and the environment that its token is in."""
    with tempfile.TemporaryDirectory(
        prefix="ray"
    ) as folder:  # short: sockets have their paths in it
        token = Path(folder) / "token"
        token.touch(mode=0o600)
        token.write_text(secrets.token_hex(32))
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("RAY_")},
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(token),
            "PYTHONPATH": str(Path(evomerge.__file__).parents[1]),
        }
        port, dashboard, agent, client = free_ports(4)
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", f"--port={port}"]
        command += ["--dashboard-host=127.0.0.1", f"--dashboard-port={dashboard}"]
        command += [f"--dashboard-agent-listen-port={agent}", f"--ray-client-server-port={client}"]
        command += ["--num-cpus=2", f"--temp-dir={folder}", "--disable-usage-stats"]
        try:
            started = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=START_S
            )
            assert started.returncode == 0, started.stdout + started.stderr
            yield f"http://127.0.0.1:{dashboard}", environment
        finally:
            end_all(f"RAY_AUTH_TOKEN_PATH={token}")


def end_all(mark):
    """End every process that has this in its environment."""
    for process in psutil.process_iter():
        try:
            if (
                process.pid != os.getpid()
                and mark in Path(f"/proc/{process.pid}/environ").read_text()
            ):
                process.send_signal(signal.SIGKILL)
        except (OSError, UnicodeDecodeError, psutil.Error):
            continue


def submitted(head, entrypoint, folder):
    """How a job ended, and what it printed."""
    address, environment = head
    variables = '{"HF_HUB_OFFLINE": "1", "EVOMERGE_REGISTRY": "none"}'
    command = [sys.executable, "-c", SUBMITTER, address, entrypoint, str(folder), variables]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=JOB_S, check=True
    )
    status, _, printed = done.stdout.partition("\n")
    return status, printed


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "recipe.yaml").write_text(TEXT)
    return folder


def test_a_job_ends_in_the_winner_of_one_process_and_is_gone_on_with_outside_of_ray(
    head, project, tmp_path
):
    run = tmp_path / "run"
    entrypoint = f"{sys.executable} -m evomerge run recipe.yaml --run-dir {run} --workers 2"
    status, printed = submitted(head, entrypoint, project)
    assert status == "SUCCEEDED", printed
    alone = evomerge.evolve(project / "recipe.yaml", tmp_path / "alone", registry="none")
    assert alone.weights_sha256 in printed
    with Ledger(run) as ledger:
        assert {trial.cost.tokens > 0 for trial in ledger.all_of(Trial)} == {True}

    resumed = evomerge.resume(run, evaluations=12, workers=1)
    longer = evomerge.resume(tmp_path / "alone", evaluations=12)
    assert resumed.weights_sha256 == longer.weights_sha256
    with Ledger(run) as ledger:
        assert len(ledger.all_of(SessionBegan)) == 2


def test_a_job_that_would_leave_its_run_in_rays_cache_is_refused(head, project):
    status, printed = submitted(head, f"{sys.executable} -m evomerge run recipe.yaml", project)
    assert status == "FAILED"
    assert "give a folder that stays" in printed
    assert "Traceback" not in printed.partition("Running entrypoint")[2]


def test_nobody_submits_without_the_token(head, project, tmp_path):
    address, environment = head
    stranger = {name: value for name, value in environment.items() if not name.startswith("RAY_")}
    command = [
        sys.executable,
        "-c",
        SUBMITTER,
        address,
        f"touch {tmp_path}/done",
        str(project),
        "{}",
    ]
    done = subprocess.run(
        command,
        env={**stranger, "RAY_AUTH_MODE": "disabled"},
        capture_output=True,
        text=True,
        timeout=JOB_S,
    )
    assert done.returncode != 0
    assert "401" in done.stderr or "uthentication" in done.stderr
    assert not (tmp_path / "done").exists()
