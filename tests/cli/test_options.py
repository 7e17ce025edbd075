"""Options that several commands have are the same in each."""

from pathlib import Path

import pytest

from evomerge.cli.options import permissions_of
from evomerge.permissions import NOTHING, Permissions
from tests.cli.calling import call
from tests.run.small import TEXT

SHARED = {
    "--device": ("run", "merge", "score"),
    "--include-path": ("run", "check", "score"),
    "--allow-python": ("run", "check", "score"),
    "--allow-judge": ("run", "check", "score", "resume", "promote"),
    "--accept-format": ("run", "promote"),
    "--anyway": ("run", "resume"),
    "--registry": ("run", "check", "score"),
    "--force": ("resume", "promote"),
    "--workers": ("run", "resume", "promote"),
    "--ray": ("run", "resume", "promote"),
    "--track": ("run", "resume"),
}


def described(command, option):
    """What `--help` says of an option, without line breaks."""
    words = " ".join(call(command, "--help").stdout.split())
    assert option in words
    return words.partition(option)[2].partition(" --")[0]


@pytest.mark.parametrize("option", SHARED)
def test_an_option_is_described_alike(option):
    commands = SHARED[option]
    texts = {described(command, option)[:60] for command in commands}
    assert len(texts) == 1


@pytest.mark.parametrize("command", ["resume", "promote", "answers", "status", "upgrade", "repair"])
def test_a_folder_of_a_run_is_asked_for_by_one_name(command):
    assert "RUN_DIR" in call(command, "--help").stdout


@pytest.mark.parametrize(
    "said, told",
    [
        ("many", "many: a number, or keys such as"),
        ("{count: 2", "a number, or keys"),
        ("[2]", "a number, or keys"),
        ("true", "a number, or keys"),
    ],
)
def test_workers_are_a_number_or_keys(said, told):
    done = call("run", "small.yaml", "--workers", said)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.replace("│", " ").split())


def test_a_wrong_key_of_workers_is_told(tmp_path, monkeypatch):
    (tmp_path / "small.yaml").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    done = call("run", "small.yaml", "--workers", "{count: 2, gpu: 1}")
    assert done.exit_code == 2
    assert "workers.gpu: Extra inputs are not permitted" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_what_a_command_was_allowed_is_one_value():
    allowed = permissions_of([Path("tasks")], True, ["h=KEY"], ask_judges=False)
    assert allowed == Permissions((Path("tasks"),), True, ("h=KEY",), ask_judges=False)
    assert permissions_of(None, False, None) == NOTHING


def test_an_override_is_for_a_run(work):
    done = call("resume", work, "--override", "length", "--reason", "as wanted")
    assert done.exit_code == 2
    assert "not a run folder" in done.stderr
    assert "although this rail has paused the run" in described("resume", "--override")
