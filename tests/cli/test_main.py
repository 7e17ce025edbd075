"""The commands as users and programs meet them: exit codes, stdout, stderr, and what is written."""

import subprocess
import sys

import pytest

from tests.cli.calling import call, write

HEAVY = ("torch", "transformers", "ray", "lm_eval", "cma", "numpy", "pydantic")


def test_help_needs_nothing_heavy():
    code = (
        "import sys; sys.argv = ['evomerge', '--help']\n"
        "from evomerge.cli.main import app\n"
        "try: app()\n"
        f"except SystemExit as end: print(end.code, *set(sys.modules) & set({HEAVY}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "0"
    commands = "run", "resume", "check", "merge", "export", "score", "answers", "status", "schema"
    commands += ("compare",)
    for name in commands:
        assert f" {name} " in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "nowhere.yaml"),
        ("run", "small.yaml", "--device", "tpu"),
        ("run", "small.yaml", "--workers", "0"),
        ("run", "small.yaml", "--seed", "-1"),
        ("check", "nowhere.yaml"),
        ("merge", "small.yaml", "out"),
        ("merge", "nowhere.yaml", "out"),
        ("export", "small.yaml"),
        ("export", "nowhere"),
        ("export", ".", "out"),
        ("export", ".", "--trials", "t.csv"),
        ("export", ".", "--items", "t.xlsx"),
        ("export", ".", "--optuna", "x.log"),
        ("compare", ".", "nowhere"),
        ("score", "zoo:nobody", "small.yaml"),
        ("score", "zoo:base", "small.yaml", "--split", "training"),
        ("resume", "nowhere"),
        ("status", "nowhere"),
        ("status", "."),
        ("fly",),
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_2_and_writes_nothing(work, arguments):
    write(work)
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr
    assert [path.name for path in work.iterdir()] == ["small.yaml"]


def test_a_fault_s_traceback_holds_no_secret():
    code = (
        "import sys; sys.argv = ['evomerge', 'schema']\n"
        "from evomerge.cli import main, command\n"
        "@command.command\n"
        "def broken() -> None:\n    raise ValueError('at https://me:sesame@h/x \\x1b[2J')\n"
        "sys.argv[1] = 'broken'\n"
        "main.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith("ValueError: at https://***@h/x \\x1b[2J\n")
    assert done.stderr.startswith("Traceback")
