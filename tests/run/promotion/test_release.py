"""Models written out, with the ledger at hand."""

import json
from dataclasses import replace

import pytest
import torch

from evomerge.errors import EvomergeError, NoRoomError, Stopped
from evomerge.ledger import FILE, RunBegan, WinnerQuarantined
from evomerge.reading.manifest import MANIFEST_FILE
from evomerge.recipe import parse_recipe
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.folder.folder import RunFolder
from evomerge.run.preparation.preflight import prepare
from evomerge.run.promotion import release as module
from evomerge.run.promotion.release import ReleaseWriter
from tests.report.history import PROVED, SEARCHED, VERDICT
from tests.run.small import TEXT


@pytest.fixture(scope="module")
def ready():
    return prepare(parse_recipe(TEXT))


@pytest.fixture
def folder(tmp_path, ready):
    with RunFolder(tmp_path / "run") as opened:
        opened.ledger.record(RunBegan({"recipe": ready.recipe.plain()}, ()))
        for what in (*SEARCHED[1:], *PROVED):
            opened.ledger.record(what)
        yield opened


@pytest.fixture
def release(folder, ready):
    evaluations = Evaluations(folder.ledger, ready.benchmark, lambda: None)
    return ReleaseWriter(folder, evaluations, torch.device("cpu"), asks_release=False)


def offspring(weight=0.5):
    text = TEXT[: TEXT.index("evolve:")].replace("{gene: {low: 0, high: 1.5}}", str(weight))
    return Offspring(parse_recipe(text), "5eed" * 16)


def test_a_winner_is_written_with_its_verdict_and_its_hash(release, folder, ready):
    sha256 = release.write(offspring(), ready, VERDICT)
    winner = folder.quarantined(0)
    assert len(json.loads((winner / MANIFEST_FILE).read_text())["tensors"]) == 38
    assert release.write(offspring(), ready, VERDICT) == sha256
    assert release.write(offspring(0.25), ready, replace(VERDICT, finalist=1)) != sha256
    assert "promoted" in (winner / "README.md").read_text()
    lineage = (winner / "lineage.json").read_text()
    assert {"zoo:base", "zoo_arithmetic"} <= {p["name"] for p in json.loads(lineage)["components"]}
    again = ReleaseWriter(folder, release.evaluations, torch.device("cpu"), asks_release=False)
    again.write(offspring(), ready, VERDICT)
    assert (winner / "lineage.json").read_text() == lineage
    assert not (winner.parent / ".winner.made").exists()


def test_what_passed_is_let_out_and_what_is_refused_stays(release, folder, ready):
    release.write(offspring(), ready, VERDICT)
    assert release.waiting(ready, VERDICT) == ()
    assert folder.winner.is_dir()
    assert not folder.quarantined(0).parent.exists()
    refused = replace(VERDICT, reasons=("not better",))
    for weight, kept in ((0.5, ["1"]), (0.25, ["1"])):
        release.write(offspring(weight), ready, refused)
        told = release.waiting(ready, refused)
        assert told == (WinnerQuarantined(0, {}, ("the sealed items refuse it: not better",)),)
        assert folder.quarantined(0).is_dir()
        assert not folder.winner.exists()
        assert [one.name for one in (folder.path / "earlier").iterdir()] == kept
    assert [one.name for one in (folder.path / "quarantine" / "earlier").iterdir()] == ["1"]


def test_an_elite_is_written_once_and_read_as_a_parent(release, folder, ready):
    parent = release.as_parent(offspring(), ready)
    assert parent.name == str(folder.elites / "5eed5eed5eed5eed")
    before = {p.name: p.stat().st_mtime_ns for p in parent.folder.iterdir()}
    assert release.as_parent(offspring(), ready).content_hash == parent.content_hash
    assert {p.name: p.stat().st_mtime_ns for p in parent.folder.iterdir()} == before


def test_without_a_ledger_no_winner_is_left(release, folder, ready, monkeypatch):
    def write(*arguments, **more):
        made = write_model(*arguments, **more)
        (folder.path / FILE).unlink()
        return made

    write_model = module.write_model
    monkeypatch.setattr(module, "write_model", write)
    with pytest.raises(EvomergeError):
        release.write(offspring(), ready, VERDICT)
    assert not [*folder.quarantined(0).parent.iterdir()]


def test_a_full_disk_is_a_stop_that_can_be_resumed(release, folder, ready, monkeypatch):
    def full(*_, **__):
        raise NoRoomError("the disk is full")

    monkeypatch.setattr(module, "write_model", full)
    with pytest.raises(Stopped, match="the disk is full; make room, then resume"):
        release.as_parent(offspring(), ready)
