import sqlite3
import subprocess
import sys

import pytest

from evomerge.errors import RunFolderError, Stopped
from evomerge.ledger import (
    FILE,
    Cost,
    Event,
    ItemScore,
    Ledger,
    Part,
    Place,
    State,
    Trial,
    is_in_use,
    take_lock,
)

TRIAL = Trial(
    digest="d1",
    split="search",
    recipe={"merge_method": "linear"},
    state=State.SCORED,
    fitness=0.1 + 0.2,
    violation=0.7 - 0.6,
    task_means={"t": 1 / 3},
    items=2,
    cost=Cost(0.1, 0.2, 0.3, 42),
    place=Place(0, 1, 2),
)
PART = Part(
    digest="d1",
    split="search",
    state=State.SCORED,
    scores=(ItemScore("t", "i1", 1.0), ItemScore("t", "i2", -0.5, 3.0)),
    cost=Cost(0.1, 0.2, 0.3, 42),
    worker="local (2 cores)",
    audit={"t": {"items": 2}},
)
FAILED = Trial("d2", "search", {}, State.FAILED, "NaN")


def test_what_is_recorded_is_read_again_exactly(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(TRIAL)
        ledger.record(FAILED)
        ledger.record_part(PART)
        ledger.event("happened", number=1)
        ledger.describe_run({"seed": 3}, [("t", "i1", 0, "search", "a0b1")])
    with Ledger(tmp_path) as ledger:
        assert ledger.trials() == [TRIAL, FAILED]
        assert ledger.parts(with_scores=True) == [PART]
        assert ledger.parts()[0].scores == ()
        assert [(e.kind, e.data) for e in ledger.events()] == [("happened", {"number": 1})]
        assert ledger.events("other") == []
        assert ledger.facts() == {"seed": 3}


def test_watchers_hear_the_past_in_order_and_then_the_present(tmp_path):
    heard = []
    with Ledger(tmp_path, create=True) as ledger:
        ledger.event("first")
        ledger.record(FAILED)
        ledger.event("second")
        ledger.watch(heard.append)
        ledger.record(FAILED)
        ledger.record_part(PART)
        ledger.event("third")
    kinds = [what.kind if isinstance(what, Event) else what.digest for what in heard]
    assert kinds == ["first", "d2", "second", "d2", "d1", "third"]


def test_active_time_is_that_of_the_sessions_and_not_between_them(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        rows = [(10.0, "session"), (14.0, "x"), (100.0, "session"), (103.0, "stopped")]
        for when, kind in rows:
            ledger._db.execute(
                "INSERT INTO events (time, kind, data) VALUES (?, ?, '{}')", (when, kind)
            )
        assert ledger.active_seconds() == 7.0


def test_a_part_is_recorded_whole_or_not_at_all(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        twice = Part("d", "s", State.SCORED, scores=(ItemScore("t", "i", 1.0),) * 2)
        with pytest.raises(sqlite3.IntegrityError):
            ledger.record_part(twice)
        assert ledger.parts() == []


def test_others_can_read_while_one_writes(tmp_path):
    with Ledger(tmp_path, create=True) as writer, Ledger(tmp_path) as reader:
        for count in range(1, 5):
            writer.record(TRIAL)
            assert len(reader.trials()) == count


def test_no_room_stops_the_run_resumably(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
        ledger._db.execute(f"PRAGMA max_page_count = {pages}")
        many = Trial("d", "s", {"x": "y" * 100_000}, State.SCORED)
        with pytest.raises(Stopped, match=r"cannot be written .*full.*; make room, then resume"):
            ledger.record(many)
        assert ledger.trials() == []


def test_folders_that_are_no_runs_are_told(tmp_path):
    with pytest.raises(RunFolderError, match="not a run folder"):
        Ledger(tmp_path)
    (tmp_path / FILE).write_text("something else entirely, and long enough to be read as a header")
    with pytest.raises(RunFolderError, match="not a ledger"):
        Ledger(tmp_path)


def test_a_lock_keeps_others_out_and_goes_with_its_process(tmp_path):
    assert not is_in_use(tmp_path)
    code = (
        "import sys, pathlib, evomerge.ledger as l; l.take_lock(pathlib.Path(sys.argv[1]));"
        "print('locked', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"locked\n"
    assert is_in_use(tmp_path)
    with pytest.raises(RunFolderError, match="in use by another run"):
        take_lock(tmp_path)
    process.kill()
    process.communicate()
    assert not is_in_use(tmp_path)


def test_who_reads_a_ledger_cannot_write_it(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(TRIAL)
    before = (tmp_path / FILE).read_bytes()
    with Ledger(tmp_path) as ledger:
        assert ledger.trials()[0].fitness == TRIAL.fitness
        with pytest.raises(Stopped, match="cannot be written"):
            ledger.event("happened")
    assert (tmp_path / FILE).read_bytes() == before


def test_a_damaged_ledger_is_told(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        for _ in range(300):
            ledger.record(TRIAL)
    path = tmp_path / FILE
    data = bytearray(path.read_bytes())
    data[8192:] = bytes(len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(RunFolderError, match="damaged"), Ledger(tmp_path) as ledger:
        ledger.trials()
