"""Ledgers of earlier versions are told, read after an upgrade, and resumed where that can be."""

import pytest

from evomerge import evolve, resume, status
from evomerge.errors import RunFolderError
from evomerge.ledger import (
    FILE,
    UNIFORM,
    BaselinesNamed,
    CycleEnded,
    Finished,
    Ledger,
    Model,
    Role,
    State,
    Upgraded,
    upgrade,
)
from evomerge.recipe import recipe_from
from evomerge.report.answers import answers
from tests.cli.test_main import call
from tests.ledger.stored import BETWEEN, RELEASED, unpack


@pytest.mark.parametrize(
    "version, schema, told", [(RELEASED, 1, r"0\.1\.0 "), (BETWEEN, 2, r"0\.1\.0\+ ")]
)
def test_an_earlier_ledger_is_refused_with_its_version_and_the_cure(
    tmp_path, version, schema, told
):
    folder = unpack(version, tmp_path / "run")
    before = (folder / FILE).read_bytes()
    for command in (["status", folder], ["resume", folder], ["promote", folder, "0"]):
        done = call(*command)
        assert done.exit_code == 2
        assert f"evomerge {version} (schema {schema}" in done.stderr
        assert f"`evomerge upgrade {folder}` brings it up" in done.stderr
    assert (folder / FILE).read_bytes() == before


def test_the_released_versions_ledger_is_upgraded_and_read(tmp_path):
    folder = unpack(RELEASED, tmp_path / "run")
    before = (folder / FILE).read_bytes()
    done = call("upgrade", folder)
    assert done.exit_code == 0
    kept = folder / f"{FILE}.schema-1"
    assert str(kept) in done.stderr
    assert kept.read_bytes() == before
    assert upgrade(folder) is None, "once"
    with Ledger(folder) as ledger:
        assert len(ledger.items()) == 80
        scored = [part for part in ledger.parts(with_scores=True) if part.scores]
        assert sum(len(part.scores) for part in scored) == 576
        assert [t.items for t in ledger.trials()] == [len(part.scores) for part in scored]
        (named,) = ledger.all_of(BaselinesNamed)
        assert [one.model for one in named.models] == [
            Model(Role.BASE, "zoo:base"),
            Model(Role.PARENT, "zoo:arithmetic"),
            Model(Role.PARENT, "zoo:largest"),
            UNIFORM,
        ]
        assert ledger.all_of(CycleEnded)[0].generations == 2
        (finished,) = ledger.all_of(Finished)
        assert finished.weights_sha256.startswith("72eaea9fadbd9358")
        assert ledger.all_of(Upgraded) == [Upgraded("0.1.0")]
        assert 0 < ledger.active_s < 60
    facts = status(folder)
    assert (facts["state"], facts["cost"]["evaluations"]) == ("finished", 6)
    assert facts["promotion"]["winner"] == 0.825
    done = call("status", folder)
    assert "promoted by evomerge 0.1.0: 0.825 against 0.575" in done.stdout
    assert done.exit_code == 2
    assert "is not what was released" in done.stderr, "the ledger alone is kept here"


def test_a_released_run_cannot_be_resumed_and_says_why(tmp_path):
    folder = unpack(RELEASED, tmp_path / "run")
    upgrade(folder)
    with pytest.raises(RunFolderError, match="earlier version of evomerge, which scored otherwise"):
        resume(folder)


def test_a_ledger_of_just_before_is_upgraded_and_resumed_to_the_same_winner(tmp_path):
    folder = unpack(BETWEEN, tmp_path / "run")
    upgrade(folder)
    with Ledger(folder) as ledger:
        known = len(ledger.parts())
        recipe = recipe_from(ledger.facts()["recipe"])
        first = [t.digest for t in ledger.trials() if t.place and t.place.generation == 0]
        assert len(ledger.questions()) > 0
    assert status(folder)["state"] == "stopped"
    assert answers(folder)[0].answers
    with pytest.raises(
        RunFolderError, match=r"evomerge was 0\.1\.0\+ .*--force, which is recorded"
    ):
        resume(folder)
    run, expected = resume(folder, force=True), evolve(recipe, tmp_path / "anew", registry="none")
    assert run.weights_sha256 == expected.weights_sha256
    assert run.verdict.scores == expected.verdict.scores
    with Ledger(folder) as ledger, Ledger(expected.folder) as anew:
        assert [t.digest for t in anew.trials() if t.place and t.place.generation == 0] == first
        assert len(ledger.parts()) == len(anew.parts()) > known
        assert not [t for t in ledger.trials() if t.state is State.FAILED]


def test_what_is_no_run_cannot_be_upgraded(tmp_path):
    with pytest.raises(RunFolderError, match="not a run folder"):
        upgrade(tmp_path)
