"""A run's beginning on record: what goes on must be what began."""

from dataclasses import replace
from pathlib import Path

import pytest

from evomerge.engine.kind import EngineIdentity
from evomerge.errors import RunFolderError
from evomerge.ledger import Forced, Ledger, Registry, RunBegan, SessionBegan, Upgraded
from evomerge.permissions import Permissions
from evomerge.run.folder.beginning import begin, begin_session, begun_with
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.identity import Identity
from evomerge.run.folder.options import Options
from tests.run.fakes import prepared

OPTIONS = Options(1, "cpu", Permissions((Path("/tasks"),)))


@pytest.fixture
def ready():
    made = prepared()
    object.__setattr__(made, "parents", {})
    return made


@pytest.fixture
def folder(tmp_path):
    with RunFolder(tmp_path / "run") as opened:
        yield opened


def identity(ready):
    return Identity.of(ready, EngineIdentity("fake", {}, {}), OPTIONS)


def test_a_run_begins_once_with_all_its_items(folder, ready, tmp_path):
    registry = Registry(tmp_path / "openings.jsonl")
    for _ in range(2):
        begin(folder, ready, identity(ready), registry)
    (began,) = folder.ledger.all_of(RunBegan)
    assert len(began.items) == 9
    assert [item[:4] for item in began.items[:2]] == [
        ("t", "search000", 0, "search"), ("t", "search001", 1, "search")
    ]  # fmt: skip
    assert registry.sealed(["test000", "search000"]).total() == 1
    recipe, options = begun_with(folder.path)
    assert (recipe, options) == (ready.recipe, OPTIONS)


def test_another_recipe_is_refused_and_a_larger_budget_has_a_hint(folder, ready):
    begin(folder, ready, identity(ready), Registry(None))
    longer = prepared("evaluations: 99")
    object.__setattr__(longer, "parents", {})
    with pytest.raises(RunFolderError, match=r"another run .*or raise its budget: evomerge resume"):
        begin(folder, longer, identity(longer), Registry(None))
    other = replace(identity(ready), items="others")
    with pytest.raises(RunFolderError, match=r"their prompts, have changed\); name a new folder$"):
        begin(folder, ready, other, Registry(None), force=True)


def test_what_judges_or_computes_may_change_where_that_is_forced_on_record(folder, ready):
    begin(folder, ready, identity(ready), Registry(None))
    other = replace(identity(ready), settings="f" * 64)
    with pytest.raises(RunFolderError, match=r"has changed: .* --force, which is recorded$"):
        begin(folder, ready, other, Registry(None))
    begin(folder, ready, other, Registry(None), force=True)
    (forced,) = folder.ledger.all_of(Forced)
    assert forced.changes[0].endswith("and is ffffffffffff")


def test_a_run_of_an_earlier_version_is_told(folder, ready):
    folder.ledger.record(RunBegan({"recipe": {}, "digest": "d"}, ()))
    with pytest.raises(RunFolderError, match="earlier version of evomerge, which scored otherwise"):
        begin(folder, ready, identity(ready), Registry(None))


def test_a_folder_in_which_nothing_has_begun(tmp_path):
    with Ledger(tmp_path, create=True):
        pass
    with pytest.raises(RunFolderError, match=f"has not begun; .* RECIPE --run-dir {tmp_path}"):
        begun_with(tmp_path)


def test_a_session_with_other_versions_is_refused_or_forced_on_record(folder):
    ledger = folder.ledger
    assert (
        begin_session(ledger, SessionBegan(environment={"torch": "2", "numba": "1"}), force=False)
        == []
    )
    told = begin_session(
        ledger, SessionBegan(environment={"torch": "2", "numba": "2"}), force=False
    )
    assert told == ["since the last session numba was 1 and is 2"]
    changed = SessionBegan(environment={"torch": "3", "numba": "2"})
    with pytest.raises(RunFolderError, match=r"torch was 2 and is 3 .*or with --force"):
        begin_session(ledger, changed, force=False)
    assert begin_session(ledger, changed, force=True) == []
    (forced,) = ledger.all_of(Forced)
    assert forced.changes == ("torch was 2 and is 3 (it computes what models answer)",)


def test_who_made_an_upgraded_run_is_compared_too(folder):
    folder.ledger.record(Upgraded("0.1.0"))
    with pytest.raises(RunFolderError, match=r"evomerge was 0.1.0 and is 0.2"):
        begin_session(folder.ledger, SessionBegan(environment={"evomerge": "0.2"}), force=False)
