"""The tutorial's commands, as they stand there, in an empty folder."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from evomerge.recipe import load_recipe
from tests.cli.calling import call

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"


def blocks():
    """What stands in the page's `sh` fences, in its order."""
    return re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def follow(block):
    """Run a block; a command of evomerge's is called in this process, which has torch loaded."""
    if block.startswith("evomerge "):
        (line,) = block.splitlines()
        done = call(*shlex.split(line)[1:])
        assert done.exit_code == 0, done.output
        return done.stdout
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(["sh", "-ec", block], env=here, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder in which all of it was done, and what each command printed, by its name."""
    folder = tmp_path_factory.mktemp("tutorial")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        said = {" ".join(block.split()[:2]): follow(block) for block in blocks()}
    return folder, said


def test_all_commands_are_there(followed):
    commands = ("init", "check", "run", "report", "explain", "merge")
    assert [key for key in followed[1] if key.startswith("evomerge")] == [
        f"evomerge {command}" for command in commands
    ]


def test_it_leads_to_what_it_says(followed):
    folder, said = followed
    assert load_recipe(folder / "recipe.yaml").evolve.budget.evaluations == 24
    assert "proof: " in said["evomerge check"]
    assert json.loads(said["evomerge run"])["verdict"] == "promoted"
    assert (folder / "runs/recipe/report.html").stat().st_size > 100_000
    assert (folder / "runs/recipe/winner/model.safetensors").exists()


def test_the_winners_recipe_makes_the_same_weights(followed):
    released, again = (json.loads(followed[1][f"evomerge {name}"]) for name in ("run", "merge"))
    assert released["weights_sha256"] == again["weights_sha256"]
