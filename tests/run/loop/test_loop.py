"""The loop of the zoo, from end to end."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from evomerge import evolve, merge, promote_finalist, resume, status
from evomerge.approval.verification import verify
from evomerge.errors import EvomergeError, ParentError
from evomerge.ledger import AdapterTrained, ItemsMade, Ledger, Trial, WinnerChosen
from evomerge.report.reader import view_of
from evomerge.report.winner import model_folder
from evomerge.run.cycle.arm import SEARCH, Arm
from evomerge.run.loop.loop import Loop
from evomerge.training.remaking import remake
from tests.run.loop.preparing import prepared, small, workers

CONTROLS = ["no_data", "shuffled_answers", "human_only"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that nothing interrupted, moved away: names of folders are in its recipes."""
    folder = tmp_path_factory.mktemp("runs")
    run = evolve(small(cycles=2, controls=CONTROLS, rails=False), folder / "run")
    return (folder / "run").rename(folder / "first"), run


def facts(folder):
    """All that a run has come to, but for times."""
    with Ledger(folder) as ledger:
        made = [(one.cycle, [item.id for item in one.items]) for one in ledger.all_of(ItemsMade)]
        trained = [(one.cycle, one.weights_sha256) for one in ledger.all_of(AdapterTrained)]
        trials = [(one.digest, one.split, one.items, one.fitness) for one in ledger.trials()]
        chosen = [one.digest for one in ledger.all_of(WinnerChosen)]
    return made, trained, sorted({*trials}, key=repr), chosen


def test_items_are_made_an_adapter_joins_and_controls_do_without(finished):
    folder, run = finished
    made, trained, _, _ = facts(folder)
    assert [cycle for cycle, items in made if items] == [0]
    shuffled, human = (Arm(name, CONTROLS.index(name)).number(0) for name in CONTROLS[1:])
    assert [cycle for cycle, _ in trained] == [0, shuffled, human]
    assert len({weights for _, weights in trained}) == 3
    compared = run.verdict.comparisons
    assert {f"control {name}" for name in CONTROLS} <= compared.keys()
    for name in CONTROLS:
        low, high = compared[f"control {name}"].fitness.interval
        assert low <= compared[f"control {name}"].fitness.difference <= high
    view = view_of(folder)
    assert view.made.kept == len(made[0][1])
    assert view.spending["training"].tokens > 0 < view.spending["controls"].tokens
    assert json.dumps(status(folder))


def test_a_finalist_is_promoted_wherever_the_folder_is_now(finished, tmp_path):
    folder, _ = finished
    moved = shutil.copytree(folder, tmp_path / "moved")
    with Ledger(moved) as ledger:
        finalists = ledger.all_of(WinnerChosen)[-1].finalists
        recipes = {trial.digest: json.dumps(trial.recipe) for trial in ledger.all_of(Trial)}
    made = [n for n, one in enumerate(finalists) if "/run/adapters/" in recipes[one.digest]]
    again = promote_finalist(moved, made[-1])
    assert again.winner.is_relative_to(moved)
    assert verify(again.winner).problems == ()


def test_made_items_count_in_the_search_alone(finished):
    folder, _ = finished
    with Ledger(folder) as ledger:
        (made,) = ledger.all_of(ItemsMade)
        tasks = {
            (trial.split, task)
            for trial in ledger.all_of(Trial)
            for task in trial.task_means
            if task.endswith(":made")
        }
    scored = [item for item in made.items if item.use == "scored"]
    assert {split for split, _ in tasks} == ({"search"} if scored else set())


def test_what_was_trained_is_trained_again_to_the_same_bits(finished):
    folder, _ = finished
    assert [one.is_same for one in remake(folder)] == [True, True, True]


@pytest.mark.parametrize("event", ["ItemsMade", "AdapterTrained"])
def test_a_run_that_is_killed_beside_an_event_comes_to_the_same_winner(finished, event):
    folder, whole = finished
    run = folder.parent / "run"
    code = f"""
import os, signal
from evomerge import evolve
from tests.run.loop.preparing import small

def watch(record):
    if type(record.what).__name__ == {event!r}:
        os.kill(os.getpid(), signal.SIGKILL)

evolve(small(cycles=2, controls={CONTROLS!r}, rails=False), {str(run)!r}, watch=watch)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]
    resumed = resume(run)
    assert resumed.weights_sha256 == whole.weights_sha256
    assert facts(run) == facts(folder)
    for path in sorted((run / "adapters").iterdir()):
        assert not path.name.startswith("."), "nothing is left of what was killed"
    shutil.rmtree(run)


def test_the_winner_is_made_again_where_its_run_is_not(finished, tmp_path):
    folder, whole = finished
    winner = shutil.copytree(model_folder(folder, view_of(folder)), tmp_path / "a winner")
    (adapter,) = (winner / "adapters").iterdir()
    home = folder.rename(folder.with_name("away"))
    again, third = tmp_path / "again", tmp_path / "third"
    try:
        for recipe, out in ((winner, again), (again, third)):
            assert merge(recipe / "recipe.yaml", out) == whole.weights_sha256
            assert verify(out).problems == ()
    finally:
        home.rename(folder)
    file = adapter / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    (problem,) = verify(winner).problems
    assert problem.startswith(f"adapters/{adapter.name}/adapter_model.safetensors has the sha256")
    with pytest.raises(ParentError, match="has changed: its weights hash to"):
        merge(winner / "recipe.yaml", tmp_path / "changed")


def test_an_adapter_that_was_lost_is_trained_again_and_must_be_what_it_was(finished):
    from evomerge.run.loop.loop import _require_same

    folder, _ = finished
    with Ledger(folder) as ledger:
        first, second, _ = ledger.all_of(AdapterTrained)
    _require_same(first, first)
    with pytest.raises(EvomergeError, match="was trained again to other weights"):
        _require_same(first, second)
    assert Path(folder / first.folder).is_dir()


def test_where_no_elite_is_clean_nobody_writes(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        folder = SimpleNamespace(ledger=ledger)
        loop = Loop(prepared(), folder, workers, lambda: None, SEARCH)
        assert [loop._write(0, prepared(), []) for _ in range(2)] == [0, 0]
        (made,) = ledger.all_of(ItemsMade)
    assert (made.cycle, made.items, made.elites) == (0, (), ())


def test_who_wrote_is_on_record(finished):
    folder, _ = finished
    with Ledger(folder) as ledger:
        (made,) = ledger.all_of(ItemsMade)
        scored = {trial.digest for trial in ledger.trials()}
    assert made.elites
    assert {*made.elites} <= scored, "leader and elite stand for candidates of the run"
