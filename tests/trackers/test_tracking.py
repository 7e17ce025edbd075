"""A session told to trackers, whatever they do."""

import threading

import pytest

from evomerge import evolve
from evomerge.errors import Stopped
from evomerge.ledger import Ledger, Record, RunBegan
from evomerge.recipe import parse_recipe
from evomerge.report.reader import view_of
from evomerge.report.view import RunState
from evomerge.run.folder.beginning import begun_with
from evomerge.trackers import registry, tracking
from evomerge.trackers.fake import FakeTracker
from evomerge.trackers.kind import TrackerKind
from evomerge.trackers.tracking import tracked_run
from tests.report.history import SEARCHED
from tests.run.small import TEXT


def test_a_run_has_the_same_id_wherever_its_folder_is(tmp_path):
    began = Record(1, 1796054736.25, 0.0, RunBegan({"digest": "5eed", "recipe": {"seed": 3}}))
    first, second = tracked_run(began, tmp_path / "a"), tracked_run(began, tmp_path / "b")
    assert (first.id, len(first.id)) == (second.id, 16)
    assert (first.name, second.name) == ("a", "b")
    other = Record(1, 1796054736.5, 0.0, began.what)
    assert tracked_run(other, tmp_path).id != first.id


def test_no_secret_is_in_what_trackers_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_API_KEY", "sesame-open")
    recipe = {"sesame-open": ["at sesame-open", 1.5, None, True, {"x": "hf_" + "A" * 20}]}
    run = tracked_run(Record(1, 0.0, 0.0, RunBegan({"recipe": recipe})), tmp_path)
    assert run.recipe == {"***": ["at ***", 1.5, None, True, {"x": "***"}]}


def test_a_session_that_ends_with_an_error_is_told_to_its_end(tmp_path):
    fake = FakeTracker()
    with Ledger(tmp_path, create=True) as ledger:
        for what in SEARCHED[:3]:
            ledger.record(what)
        with (
            pytest.raises(Stopped, match="terminated"),
            tracking.tracking(ledger, tmp_path, {"fake": fake}),
        ):
            for what in SEARCHED[3:]:
                ledger.record(what)
            raise Stopped("terminated")
    assert [*fake.points] == [0, 1]
    assert fake.ended.state is RunState.STOPPED


def test_without_trackers_nothing_is_read(tmp_path):
    with tracking.tracking(None, tmp_path, {}):
        assert not [*tmp_path.iterdir()]


def refuse():
    raise RuntimeError("no")


def test_a_real_run_is_told_and_comes_to_its_end_whatever_other_trackers_do(tmp_path, monkeypatch):
    monkeypatch.setattr(tracking, "FINISHED_S", 1.0)
    text = TEXT.replace("evaluations: 10", "evaluations: 5").replace("test: 60", "test: 30")
    recipe, hangs, told = parse_recipe(text), threading.Event(), FakeTracker()
    trackers = {"told": told, "broken": FakeTracker(refuse), "hanging": FakeTracker(hangs.wait)}
    monkeypatch.setattr(
        registry,
        "TRACKERS",
        {name: TrackerKind("json", lambda t=t: t) for name, t in trackers.items()},
    )
    run = evolve(recipe, tmp_path / "run", track=[*trackers])
    hangs.set()
    view = view_of(run.folder)
    *_, last = told.points.values()
    assert last.values["search/best"] == view.best.fitness
    assert last.values["tokens"] == view.cost.tokens
    assert last.values["evaluations"] == view.evaluations
    assert last.values["verdict/difference"] == run.verdict.difference
    assert told.ended.state is RunState.FINISHED
    assert told.ended.words["outcome"] == run.verdict.outcome
    assert told.run.recipe == recipe.plain()
    _, options = begun_with(run.folder)
    assert options.track == ("told", "broken", "hanging")
    log = (run.folder / "logs" / "driver.jsonl").read_text()
    assert "tracker broken: is told nothing more: RuntimeError: no" in log
    assert "tracker hanging: does not end, and is" in log
