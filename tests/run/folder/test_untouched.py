"""What judges is hashed when a session begins, and compared before anything is proved."""

import os
from pathlib import Path

import pytest

from evomerge.errors import RunFolderError, Tampered
from evomerge.ledger import EvaluatorChanged, EvaluatorHashed, Forced, Ledger, RunBegan
from evomerge.permissions import Permissions
from evomerge.recipe import parse_recipe
from evomerge.run.folder.untouched import BEGINNING, ITEMS, OWN, Untouched
from evomerge.run.preparation.preflight import prepare
from evomerge.zoo import TASKS
from tests.run.small import TEXT

JUDGE = "def judge(doc, answer):\n    return float(answer.strip() == str(doc['answer']))\n"
YAML = (TASKS / "arithmetic.yaml").read_text()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A task with data, an included file, and a function that judges."""
    folder = tmp_path_factory.mktemp("tasks")
    (folder / "judge.py").write_text(JUDGE)
    (folder / "base.yaml").write_text(YAML.replace("task: zoo_arithmetic\n", ""))
    (folder / "sums.yaml").write_text("include: base.yaml\ntask: sums\n")
    (folder / "arithmetic.jsonl").write_bytes((TASKS / "arithmetic.jsonl").read_bytes())
    return folder


@pytest.fixture(scope="module")
def ready(home):
    judged = f"{{task: {home}/sums.yaml, python: '{home}/judge.py:judge'}}"
    text = TEXT.replace("{task: zoo_arithmetic, metric: exact_match}", judged)
    permissions = Permissions((home,), allow_python=True)
    return prepare(parse_recipe(text), permissions)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        opened.record(RunBegan({"recipe": {}, "digest": "d"}))
        yield opened


@pytest.fixture
def untouched(ready, ledger):
    return Untouched.of(ready, ledger)


def test_all_that_judges_is_named(untouched, home):
    names = {str(home / name) for name in ("judge.py", "base.yaml", "sums.yaml")}
    names |= {str(home / "arithmetic.jsonl"), ITEMS, BEGINNING}
    assert names <= untouched.was.keys()
    assert {"evomerge/run/folder/untouched.py", "evomerge/zoo/tasks/largest.jsonl"} <= {
        *untouched.was
    }
    assert "absent" not in untouched.was.values()


def test_a_session_records_it_in_few_words(untouched, ledger):
    assert untouched.begin(force=False) == []
    (hashed,) = ledger.all_of(EvaluatorHashed)
    assert OWN in hashed.files
    assert not [name for name in hashed.files if name.startswith("evomerge/")]
    untouched.check()
    assert ledger.all_of(EvaluatorChanged) == []


@pytest.fixture
def changed(home):
    """Changes a file until the test has ended."""
    kept = {}

    def change(name, data=b"# changed\n"):
        file = home / name
        kept.setdefault(file, file.read_bytes())
        if data is None:
            file.unlink()
        else:
            file.write_bytes(data)

    yield change
    for file, data in kept.items():
        Path(file).write_bytes(data)


@pytest.mark.parametrize("name", ["judge.py", "base.yaml", "sums.yaml", "arithmetic.jsonl"])
def test_what_changes_is_named_with_both_hashes(untouched, ledger, changed, home, name):
    was = untouched.was[str(home / name)]
    changed(name)
    with pytest.raises(Tampered) as caught:
        untouched.check()
    assert f"{home / name} has changed: its sha256 was {was[:12]} and is " in str(caught.value)
    assert ledger.all_of(EvaluatorChanged) == [EvaluatorChanged({str(home / name): was})]


def test_a_glance_sees_what_sets_back_its_times(untouched, ledger, changed, home):
    untouched.glance()
    judge = home / "judge.py"
    kept, data = judge.stat(), judge.read_bytes()
    changed("judge.py", data.replace(b"float", b"3.0 *"))
    os.utime(judge, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert judge.stat().st_size == kept.st_size
    with pytest.raises(Tampered, match=r"judge\.py has changed"):
        untouched.glance()
    assert len(ledger.all_of(EvaluatorChanged)) == 1


def test_a_glance_minds_no_file_that_was_only_touched(untouched, changed, home):
    changed("judge.py", (home / "judge.py").read_bytes())
    untouched.glance()
    changed("judge.py", None)
    with pytest.raises(Tampered, match="absent"):
        untouched.glance()


def test_what_is_gone_is_named(untouched, changed):
    changed("judge.py", None)
    with pytest.raises(Tampered, match=r"judge\.py has changed: .* and is absent"):
        untouched.check()


def test_the_record_of_the_runs_beginning_counts_too(untouched, ledger, monkeypatch):
    monkeypatch.setattr(type(ledger), "facts", lambda self: {"recipe": {"by": ["mine"]}})
    with pytest.raises(Tampered, match="the run's beginning on record has changed"):
        untouched.check()


def test_what_was_not_restored_is_refused_or_forced(ready, untouched, ledger, changed, home):
    untouched.begin(force=False)
    changed("judge.py")
    with pytest.raises(Tampered):
        untouched.check()
    again = Untouched.of(ready, ledger)
    with pytest.raises(RunFolderError, match=r"judge.py has changed.*restore it, or .*--force"):
        again.begin(force=False)
    (told,) = again.begin(force=True)
    assert told.startswith(f"since the last session {home / 'judge.py'} has changed")
    (forced,) = ledger.all_of(Forced)
    assert forced.changes[0].startswith(f"{home / 'judge.py'} has changed")


def test_restored_it_goes_on(ready, untouched, ledger, changed):
    untouched.begin(force=False)
    changed("judge.py")
    with pytest.raises(Tampered):
        untouched.check()
    changed("judge.py", JUDGE.encode())
    assert Untouched.of(ready, ledger).begin(force=False) == []
