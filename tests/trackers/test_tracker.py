"""What holds for every tracker: a recorded run is told, and read back with the tracker's client.

A tracker that is not installed is left out.
"""

import logging

import pytest

from evomerge.ledger import Ledger, RunBegan
from evomerge.trackers import tracking
from evomerge.trackers.fake import FakeTracker
from evomerge.trackers.registry import TRACKERS
from evomerge.trackers.tracker import Tracker
from tests.report.history import ENDED, HISTORY, PROVED, RECIPE, SEARCHED
from tests.trackers.read_back import READ

pytestmark = pytest.mark.filterwarnings("ignore")  # of what trackers import

SESSIONS = [SEARCHED[:15], [*SEARCHED[15:], *PROVED[:4]], [*PROVED[4:], *ENDED[:1]]]
"""The first one is told nothing, the second one is stopped, the third one ends."""


@pytest.fixture(params=TRACKERS)
def name(request, tmp_path_factory, monkeypatch):
    if not TRACKERS[request.param].is_installed:
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.getbasetemp() / "trackers"
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    for variable, value in {
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "TRACKIO_DIR": str(folder / "trackio"),
        "WANDB_MODE": "offline",
        "WANDB_ERROR_REPORTING": "false",
    }.items():
        monkeypatch.setenv(variable, value)
    for limit in ("FINISHED_S", "STOPPED_S"):  # some need seconds to be imported
        monkeypatch.setattr(tracking, limit, 300.0)
    return request.param


def told(folder, name, sessions):
    """A run told to a new tracker in each session, but the first; and to a fake."""
    with Ledger(folder, create=True) as ledger:
        for number, facts in enumerate(sessions):
            fake = FakeTracker()
            trackers = {} if not number else {name: TRACKERS[name].made(), "fake": fake}
            with tracking.tracking(ledger, folder, trackers):
                for what in facts:
                    ledger.record(what)
        run = tracking.tracked_run(next(ledger.records(RunBegan)), folder)
    return run, fake


def test_the_numbers_that_are_kept_are_the_ledger_s(tmp_path, name, caplog, capfd):
    with caplog.at_level(logging.WARNING, logger="evomerge"):
        run, fake = told(tmp_path, name, SESSIONS)
    assert [one.message for one in caplog.records if one.name.startswith("evomerge")] == []
    points, words, recipe = READ[name](tmp_path, run)
    assert points == {step: dict(point.values) for step, point in fake.points.items()}
    assert len(points) == 4, "two generations, the choice of the winner, and its test"
    assert words == {"outcome": "promoted", "best_parent": "A"}
    assert recipe == RECIPE
    assert capfd.readouterr().out == "", "stdout is for data"


def test_a_run_that_is_extended_goes_on_where_it_was(tmp_path, name):
    run, fake = told(tmp_path, name, [*SESSIONS, HISTORY[len(SEARCHED) + len(PROVED) + 1 :]])
    points, _, _ = READ[name](tmp_path, run)
    assert points == {step: dict(point.values) for step, point in fake.points.items()}


def test_secrets_and_names_that_others_wrote_are_kept_as_text(tmp_path, name, monkeypatch):
    monkeypatch.setenv("MY_API_KEY", "sesame-open-0123")
    hostile = "<script>alert(1)</script> \x1b[2J 日本語 `code`"
    models = [{"model": hostile}, {"model": "s3://me:sesame-open-0123@host/m"}]
    recipe = {**RECIPE, "models": models, "name": "sesame-open-0123"}
    run, _ = told(
        tmp_path, name, [[RunBegan({"recipe": recipe, "digest": name}), *SEARCHED[1:]], []]
    )
    _, _, kept = READ[name](tmp_path, run)
    assert kept == run.recipe
    assert kept["models"] == [{"model": hostile}, {"model": "s3://***@host/m"}]
    assert kept["name"] == "***"
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"sesame" not in file.read_bytes(), file


def test_each_follows_the_protocol(name):
    assert isinstance(TRACKERS[name].made(), Tracker)
    assert TRACKERS[name].name == name
