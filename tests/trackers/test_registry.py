"""Which trackers a run is told to."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from evomerge import check
from evomerge.errors import UserError
from evomerge.recipe import load_recipe, parse_recipe
from evomerge.trackers import registry
from evomerge.trackers.fake import FakeTracker
from evomerge.trackers.kind import TrackerKind
from evomerge.trackers.registry import TRACKERS, trackers_of
from tests.cli.calling import call, write
from tests.run.small import TEXT

THERE, ABSENT = TrackerKind("json", FakeTracker), TrackerKind("nowhere", FakeTracker)


@pytest.fixture
def kinds(monkeypatch):
    monkeypatch.setattr(registry, "TRACKERS", {"json": THERE, "nowhere": ABSENT})


def recipe(track=""):
    return parse_recipe(TEXT + (f"  track: {track}\n" if track else ""))


def test_there_are_four_each_with_an_extra_of_its_name():
    assert [*TRACKERS] == ["mlflow", "tensorboard", "trackio", "wandb"]
    setup = configparser.ConfigParser()
    setup.read(Path(__file__).parents[2] / "setup.cfg")
    assert TRACKERS.keys() <= {*setup["options.extras_require"]}


def test_the_recipe_says_it_unless_somebody_else_does(kinds):
    assert trackers_of(recipe()) == {}
    assert [*trackers_of(recipe("json"))] == ["json"]
    assert [*trackers_of(recipe("[json]"))] == ["json"]
    assert trackers_of(recipe("nowhere"), ["none"]) == {}
    assert trackers_of(recipe("none")) == {}
    own = FakeTracker()
    assert trackers_of(recipe("nowhere"), [own, "json"])["FakeTracker"] is own
    with pytest.raises(
        UserError, match=r"track 3: expected a Tracker, or the name of one \(json, "
    ):
        trackers_of(recipe(), [3])


@pytest.mark.parametrize("asked", [None, ["nowhere"]])
def test_one_that_is_not_there_is_refused(kinds, asked):
    with pytest.raises(UserError, match=r"pip install 'evomerge\[nowhere\]'"):
        trackers_of(recipe("nowhere"), asked)


def test_a_name_that_none_has_is_told_with_its_line_before_anything_is_written(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    file = write(tmp_path, TEXT + "  track: [mlfow]\n")
    line = len(TEXT.splitlines()) + 1
    with pytest.raises(
        UserError, match=rf"small.yaml:{line}: .*track: there is no tracker 'mlfow'"
    ):
        check(load_recipe(file))
    for arguments in (("run", file), ("run", file, "--track", "wadnb")):
        done = call(*arguments)
        assert done.exit_code == 2
        assert "there are mlflow, tensorboard, trackio, wandb" in done.stderr
    assert [*tmp_path.iterdir()] == [file]


def test_reading_it_imports_none_of_them():
    code = (
        "import sys, evomerge.trackers.registry as r\n"
        "print([m for m in [*r.TRACKERS, 'torch'] if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
