"""A run that ends early comes to the same winner when it is resumed, under every algorithm."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evomerge import evolve, load_recipe, resume, status
from evomerge.errors import RunFolderError, Stopped
from evomerge.ledger import Ledger, State, Told, WinnerChosen
from evomerge.search.algorithms import ALGORITHMS
from tests.run.small import TEXT

RECIPES = Path(__file__).parents[2] / "recipes" / "algorithms"


def scored(folder):
    try:
        return status(folder)["trials"]["scored"]
    except RunFolderError:
        return 0


def trials(folder):
    with Ledger(folder) as ledger:
        return [
            (trial.digest, trial.split, trial.fitness, trial.place)
            for trial in ledger.trials()
            if trial.state is not State.CANCELLED
        ]


def told(folder):
    """What the search was told of each candidate, and who was chosen in the end."""
    with Ledger(folder) as ledger:
        each = {one.candidate: one.said for one in ledger.all_of(Told)}
        return each, ledger.all_of(WinnerChosen)[-1]


def stop_at(kind, number=0):
    """Have a run stopped by the record of a kind; of what is told, that of the candidate."""

    def watch(record):
        if isinstance(record.what, kind) and getattr(record.what, "candidate", 0) == number:
            os.kill(os.getpid(), signal.SIGTERM)

    return watch


@pytest.mark.parametrize("name", ALGORITHMS)
def test_its_recipe_is_run_and_stopped_and_resumed_to_the_same_winner(name, tmp_path):
    """As far as to the winner: what comes behind is the same for all algorithms."""
    recipe, whole, stopped = load_recipe(RECIPES / f"{name}.yaml"), tmp_path / "a", tmp_path / "b"
    with pytest.raises(Stopped):
        evolve(recipe, whole, registry="none", watch=stop_at(WinnerChosen))
    (ended,) = status(whole)["ended"]
    assert ended["spent"]["evaluations"] == recipe.evolve.budget.evaluations
    with pytest.raises(Stopped):
        evolve(recipe, stopped, registry="none", watch=stop_at(Told, 2))
    assert 0 < scored(stopped) < scored(whole)
    with pytest.raises(Stopped):
        resume(stopped, watch=stop_at(WinnerChosen))
    assert told(stopped) == told(whole)


def test_so_it_is_with_one_that_is_killed(tmp_path):
    recipe, folder = tmp_path / "r.yaml", tmp_path / "killed"
    recipe.write_text(TEXT)
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
