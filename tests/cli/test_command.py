"""What a command does when nobody listens any more."""

import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from evomerge import status
from evomerge.cli.main import app
from evomerge.errors import RunFolderError
from tests.run.small import TEXT

MAIN = "from evomerge.cli.main import main; main()"


@pytest.fixture
def start(tmp_path):
    """Starts a run whose progress can be read."""
    (tmp_path / "r.yaml").write_text(TEXT)

    def begin(*before, **options):
        command = [*before, sys.executable, "-c", MAIN, "run", tmp_path / "r.yaml"]
        command += ["--run-dir", tmp_path / "run"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, **options)

    return begin


def until_scored(folder, process):
    """Wait until a process runs there, and something was scored, by it or before."""
    while process.poll() is None:
        try:
            facts = status(folder)
            if facts["state"] == "running" and facts["cost"]["tokens"]:
                return
        except RunFolderError:
            pass
        time.sleep(0.05)


def test_a_run_whose_progress_nobody_reads_stops_and_can_be_resumed(start, tmp_path):
    process = start(stderr=subprocess.PIPE)
    assert process.stderr.readline().startswith(b"checking ")
    process.stderr.close()
    assert process.wait(120) == 75
    assert process.stdout.read() == b""
    assert status(tmp_path / "run")["state"] == "stopped"


def test_a_closed_terminal_stops_a_run_but_not_one_that_ignores_it(start, tmp_path):
    process = start(stderr=subprocess.DEVNULL)
    until_scored(tmp_path / "run", process)
    process.send_signal(signal.SIGHUP)
    assert process.wait(120) == 75
    assert status(tmp_path / "run")["state"] == "stopped"
    process = start("nohup", stderr=subprocess.DEVNULL)
    until_scored(tmp_path / "run", process)
    process.send_signal(signal.SIGHUP)
    assert process.wait(300) == 0
    assert status(tmp_path / "run")["state"] == "finished"


def test_what_is_said_to_a_closed_stderr_goes_nowhere_else(tmp_path):
    command = f'exec "{sys.executable}" -c "{MAIN}" status {tmp_path} 2>&-'
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, env={**os.environ})
    assert done.returncode == 2
    assert done.stdout == b""


def completed(words):
    """What bash is offered for the last of the words, and what was imported for it."""
    code = (
        "import sys; sys.argv = ['evomerge']\n"
        "from evomerge.cli.main import app\n"
        "heavy = {'torch', 'transformers', 'ray', 'lm_eval'}\n"
        "try: app()\n"
        "except SystemExit: print('imported', *heavy & set(sys.modules))"
    )
    env = {**os.environ, "_EVOMERGE_COMPLETE": "complete_bash", "COMP_WORDS": words}
    env["COMP_CWORD"] = str(len(words.split(" ")) - 1)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    *offered, imported = done.stdout.splitlines()
    return offered, imported


def test_a_shell_completes_commands_and_options_and_files_without_importing_anything_heavy():
    assert completed("evomerge sta") == (["status"], "imported")
    assert completed("evomerge status --w") == (["--watch"], "imported")
    # bash completes files where nothing is offered; it is told to by `complete -o default`.
    assert completed("evomerge run reci") == ([""], "imported")
    shown = CliRunner().invoke(app, env={"_EVOMERGE_COMPLETE": "source_bash"}, prog_name="evomerge")
    assert "complete -o default -F _evomerge_completion evomerge" in shown.stdout
    assert "--show-completion" in CliRunner().invoke(app, ["--help"]).stdout
