"""Sessions of one run: clocks that are set, versions that change, folders that vanish."""

import os
import shutil
import signal
import time

import pytest

from evomerge import evolve, resume, status
from evomerge.errors import EvomergeError, RunFolderError, Stopped
from evomerge.ledger import (
    Cautioned,
    FinalistTested,
    Forced,
    Ledger,
    Part,
    SessionBegan,
    WinnerChosen,
)
from evomerge.recipe import parse_recipe
from evomerge.run.commands import promote_finalist
from evomerge.run.folder import environment
from evomerge.zoo import MODELS
from tests.run.small import TEXT

SMALL = TEXT.replace("evaluations: 10", "evaluations: 6, minutes: 30").replace(
    "test: 60", "test: 30"
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return evolve(parse_recipe(SMALL), tmp_path_factory.mktemp("runs") / "whole")


@pytest.fixture
def folder(finished, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def stopped(tmp_path):
    """A run that was stopped in its search."""

    def stop(record):
        if isinstance(record.what, Part) and record.number > 12:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped):
        evolve(parse_recipe(SMALL), tmp_path / "run", watch=stop)
    return tmp_path / "run"


def spent(folder):
    """Worker-seconds by what for, all of them, and the run's seconds."""
    cost = status(folder)["cost"]
    ways = dict(cost["workers"])
    return ways, ways.pop("all_s"), cost["wall_s"]


def test_every_second_of_the_worker_is_accounted_for(finished, stopped):
    for run in (finished.folder, stopped):
        ways, all_s, wall_s = spent(run)
        assert sum(ways.values()) == pytest.approx(all_s)
        assert all_s == pytest.approx(wall_s, rel=0.01)  # there is one worker
        assert ways["unrecorded_s"] < 0.02 * all_s
        assert ways["forward_s"] > 0 < ways["starting_s"]


def test_a_session_that_is_resumed_adds_its_own(stopped):
    _, before, _ = spent(stopped)
    resume(stopped)
    ways, all_s, wall_s = spent(stopped)
    assert before < all_s == pytest.approx(wall_s, rel=0.01)
    assert sum(ways.values()) == pytest.approx(all_s)
    assert ways["unrecorded_s"] < 0.02 * all_s


def test_a_clock_that_is_set_changes_neither_winner_nor_durations(finished, tmp_path, monkeypatch):
    real, calls = time.time, []

    def jumping():
        calls.append(1)
        return real() + (3600 * 24 * 365 if len(calls) % 2 else -3600)

    monkeypatch.setattr(time, "time", jumping)
    run = evolve(parse_recipe(SMALL), tmp_path / "run")
    assert run.weights_sha256 == finished.weights_sha256
    assert status(run.folder)["cost"]["wall_s"] < 600
    assert status(run.folder)["ended"][0]["spent"]["minutes"] < 10


def test_another_finalist_is_tested_in_a_session_of_its_own(folder, monkeypatch):
    before = status(folder)["cost"]["wall_s"]
    later = time.time() + 7 * 86400
    monkeypatch.setattr(time, "time", lambda: later)
    run = promote_finalist(folder, 1)
    facts = status(folder)
    assert before < facts["cost"]["wall_s"] < before + 600
    assert facts["state"] == "finished"
    with Ledger(folder) as ledger:
        assert [s.finalist for s in ledger.all_of(SessionBegan)] == [None, 1]
        (tested,) = ledger.all_of(FinalistTested)
    assert tested.promotion["openings"] == run.verdict.opening.number == 2
    card = (run.winner / "README.md").read_text()
    assert "(opening 2)" in card
    assert "opening 2 of these sealed items" in card
    assert "once" not in card


def test_a_finalists_test_that_is_stopped_says_how_it_goes_on(folder, finished):
    with Ledger(folder) as ledger:
        finalist = ledger.all_of(WinnerChosen)[-1].finalists[1].digest
    asked = []

    def kill(self, session, **more):
        os.kill(os.getpid(), signal.SIGTERM)
        return real(self, session, **more)

    from evomerge.run import session

    real = session.begin_session
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "begin_session", kill)
        with pytest.raises(Stopped, match=f"go on with: evomerge promote {folder} 1$"):
            promote_finalist(folder, 1)
    assert status(folder)["state"] == "stopped"
    assert promote_finalist(folder, 1).verdict.opening.number == 2
    with Ledger(folder) as ledger:
        asked = [part.split for part in ledger.parts() if part.digest == finalist]
    assert asked.count("test") == 1


@pytest.mark.parametrize("package", ["torch", "lm_eval"])
def test_versions_that_decide_scores_are_compared_and_forced_on_record(
    finished, stopped, monkeypatch, package
):
    real = environment.version
    monkeypatch.setattr(
        environment, "version", lambda name: "99.1" if name == package else real(name)
    )
    told = rf"{package} was {real(package)} and is 99\.1 .*--force, which is recorded"
    with pytest.raises(RunFolderError, match=told.replace("+", r"\+")):
        resume(stopped)
    with Ledger(stopped) as ledger:
        assert len(ledger.all_of(SessionBegan)) == 1
    run = resume(stopped, force=True)
    assert run.weights_sha256 == finished.weights_sha256
    with Ledger(stopped) as ledger:
        (forced,) = ledger.all_of(Forced)
        assert forced.changes[0].startswith(f"{package} was ")
        assert ledger.all_of(SessionBegan)[-1].environment[package] == "99.1"


def test_what_does_not_decide_scores_is_told(finished, stopped, monkeypatch):
    monkeypatch.setattr(environment.platform, "platform", lambda: "Another-1.0")
    assert resume(stopped).weights_sha256 == finished.weights_sha256
    with Ledger(stopped) as ledger:
        cautions = [one for cautioned in ledger.all_of(Cautioned) for one in cautioned.cautions]
        assert not ledger.all_of(Forced)
    assert any("machine was" in one and "is Another-1.0" in one for one in cautions)


def test_code_that_is_edited_between_sessions_is_told(finished, folder, tmp_path, monkeypatch):
    """A merge method that is mended in a checkout has the version that it had."""
    method = tmp_path / "code" / "merge" / "methods" / "mine.py"
    method.parent.mkdir(parents=True)
    monkeypatch.setattr(environment, "CODE", tmp_path / "code")
    for text, more in (("w = 1", 7), ("w = 1", 8), ("w = 2", 9)):
        method.write_text(text)
        resume(folder, evaluations=more)
    with Ledger(folder) as ledger:
        cautions = [one for cautioned in ledger.all_of(Cautioned) for one in cautioned.cautions]
    assert len([one for one in cautions if "evomerge's code was" in one]) == 2


def test_a_folder_that_is_deleted_meanwhile_ends_with_an_error_and_no_winner(tmp_path):
    folder = tmp_path / "run"

    def delete(record):
        if isinstance(record.what, WinnerChosen):
            shutil.rmtree(folder)

    with pytest.raises(EvomergeError, match="was deleted, moved or replaced") as caught:
        evolve(parse_recipe(SMALL), folder, watch=delete)
    assert caught.value.exit_code == 1
    assert not (folder / "winner").exists()


def test_parents_may_be_called_as_roles_are_and_must_be_beaten(tmp_path, monkeypatch):
    for name, model in (("uniform", "arithmetic"), ("kind", "largest")):
        shutil.copytree(MODELS / model, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    text = SMALL.replace("zoo:arithmetic", "uniform").replace("zoo:largest", "kind")
    run = evolve(parse_recipe(text), tmp_path / "run")
    names = {"zoo:base", "parent uniform", "kind", "uniform", "winner"}
    assert set(run.verdict.scores) == names
    assert set(run.verdict.comparisons) == names - {"winner"}
    assert run.verdict.best in names - {"winner", "uniform"}
    facts = status(run.folder)
    assert set(facts["parents"]) == {"zoo:base", "parent uniform", "kind"}
    assert facts["uniform"] != facts["parents"]["parent uniform"]
