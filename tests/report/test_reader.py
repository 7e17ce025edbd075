"""A run folder read as it grows: a stored one, and one that is written meanwhile."""

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import Ledger, Lock, RunStopped, State, upgrade
from evomerge.report.reader import RunReader, view_of
from evomerge.report.verdict import EarlierVerdict
from evomerge.report.view import RunState
from tests.ledger.stored import BETWEEN, RELEASED, unpack
from tests.report.history import HISTORY


def test_who_has_the_last_revision_hears_that_nothing_is_new(tmp_path):
    with Ledger(tmp_path, create=True) as ledger, RunReader(tmp_path) as reader:
        view = reader.view()
        for what in HISTORY:
            assert reader.since(view.revision) is None
            ledger.record(what)
            new = reader.since(view.revision)
            assert new.revision.record > view.revision.record
            assert new == view_of(tmp_path), "read in steps, or as a whole"
            view = new


def test_a_process_that_is_gone_is_news_though_it_recorded_nothing(tmp_path):
    with Ledger(tmp_path, create=True) as ledger, RunReader(tmp_path) as reader:
        ledger.record(RunStopped("terminated"))
        held = Lock(tmp_path)
        view = reader.view()
        assert view.state is RunState.RUNNING
        held.release()
        assert reader.since(view.revision).state is RunState.STOPPED


def test_a_ledger_of_the_released_version_is_viewed(tmp_path):
    folder = unpack(RELEASED, tmp_path / "run")
    upgrade(folder)
    view = view_of(folder)
    assert (view.state, view.evaluations) == (RunState.FINISHED, 6)
    assert [model.name for model in view.models] == [
        "zoo:base",
        "zoo:arithmetic",
        "zoo:largest",
        "uniform",
    ]
    verdict = view.release.verdict
    assert isinstance(verdict, EarlierVerdict)
    assert (verdict.outcome, verdict.winner, verdict.best_parent) == ("promoted", 0.825, 0.575)
    assert view.release.weights_sha256.startswith("72eaea9fadbd9358")


def test_a_ledger_of_a_killed_run_is_viewed(tmp_path):
    folder = unpack(BETWEEN, tmp_path / "run")
    upgrade(folder)
    view = view_of(folder)
    assert (view.state, view.generation, view.release) == (RunState.STOPPED, 1, None)
    assert view.trials[State.FAILED] == 0
    assert view.best.fitness == view.leader.search > max(p.scores.search for p in view.parents)
    assert view.cost.tokens == sum(cost.tokens for cost in view.spending.values()) > 0


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(RunFolderError, match="not a run folder"):
        view_of(tmp_path)
    assert list(tmp_path.iterdir()) == []
