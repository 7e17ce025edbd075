"""A run that is killed comes to the same winner when it is resumed, under every algorithm."""

import signal
import subprocess
import sys
import time

import pytest

from evomerge import evolve, resume, status
from evomerge.errors import RunFolderError
from evomerge.ledger import Ledger
from evomerge.search.algorithms import ALGORITHMS
from tests.run.small import TEXT


def recipe_for(kind):
    """The small recipe, searched by this algorithm in small generations where it has them."""
    small = ", population: 4" if "population" in kind.settings.model_fields else ""
    found = "search: {population: 4}"
    assert found in TEXT
    return TEXT.replace(found, f"search: {{algorithm: {kind.name}{small}}}")


def scored(folder):
    try:
        return status(folder)["trials"]["scored"]
    except RunFolderError:
        return 0


def trials(folder):
    with Ledger(folder) as ledger:
        return [
            (trial.digest, trial.split, trial.fitness, trial.place) for trial in ledger.trials()
        ]


@pytest.mark.parametrize("kind", ALGORITHMS.values(), ids=ALGORITHMS)
def test_a_killed_run_ends_in_the_same_winner_under_every_algorithm(kind, tmp_path):
    recipe, folder = tmp_path / "r.yaml", tmp_path / "killed"
    recipe.write_text(recipe_for(kind))
    whole = evolve(recipe, tmp_path / "whole")
    code = "from evomerge.cli.main import app; app()"
    command = [sys.executable, "-c", code, "run", recipe, "--run-dir", folder]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while process.poll() is None and scored(folder) < 5:
        time.sleep(0.02)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert status(folder)["state"] == "stopped"
    assert scored(folder) < 10
    resumed = resume(folder)
    assert resumed.weights_sha256 == whole.weights_sha256
    assert resumed.verdict == whole.verdict
    assert trials(folder) == trials(whole.folder)
