"""The tutorial's commands, as they stand there, in an empty folder."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evomerge.page.content import content_of
from evomerge.recipe import load_recipe
from tests.cli.calling import call

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tutorial.md"
SHORTER = {
    "budget: {evaluations: 96}": "budget: {evaluations: 24}",
    "count: 300": "count: 60",
    "count: 100": "count: 30",
    "steps: 200, batch: 64": "steps: 20, batch: 16",
}
"""Of the loop's recipe, so that its commands end while one waits."""


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


def write_recipes(folder):
    """The repository's recipes, of which the loop is as long as a test may be."""
    shutil.copytree(ROOT / "recipes", folder / "recipes")
    loop = folder / "recipes" / "loop.yaml"
    text = loop.read_text()
    for long, short in SHORTER.items():
        assert long in text
        text = text.replace(long, short)
    loop.write_text(text)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder in which all of it was done, and what each command printed, by its name."""
    folder = tmp_path_factory.mktemp("tutorial")
    write_recipes(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        said = [(block.strip(), follow(block)) for block in blocks()]
    return folder, dict(said)


def said_by(followed, command):
    """What the first block that begins so has printed."""
    return next(text for block, text in followed[1].items() if block.startswith(command))


def test_all_commands_are_there(followed):
    commands = [block.split()[1] for block in followed[1] if block.startswith("evomerge ")]
    once = ["init", "check", "run", "report", "explain", "merge"]
    assert commands == [*once, "run", "report"]


def test_it_leads_to_what_it_says(followed):
    folder, _ = followed
    assert load_recipe(folder / "recipe.yaml").evolve.budget.evaluations == 24
    assert "proof: " in said_by(followed, "evomerge check")
    assert json.loads(said_by(followed, "evomerge run"))["verdict"] == "promoted"
    assert (folder / "runs/recipe/report.html").stat().st_size > 100_000
    assert (folder / "runs/recipe/winner/model.safetensors").exists()


def test_the_winners_recipe_makes_the_same_weights(followed):
    commands = ("evomerge run", "evomerge merge")
    released, again = (json.loads(said_by(followed, command)) for command in commands)
    assert released["weights_sha256"] == again["weights_sha256"]


def test_the_loop_ends_in_a_report_of_data_adapters_and_lineage(followed):
    folder, _ = followed
    content = content_of(folder / "runs/loop")
    assert content.headline.split(":")[0] in ("promoted", "refused")
    assert [figure.name for figure in content.figures["made"]] == ["made"]
    assert "Adapters that were trained" in [table.title for table in content.tables["course"]]
    (figure,) = [one for one in content.figures["winner"] if one.name == "lineage"]
    assert {node["kind"] for node in figure.data["nodes"]} >= {"parent", "elite", "winner"}
    assert (folder / "runs/loop/report.html").stat().st_size > 100_000
