import contextlib
import os
import sqlite3
import threading
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.errors import EvomergeError, RunFolderError, Stopped
from evomerge.ledger import (
    FILE,
    Cautioned,
    ItemScore,
    ItemsNumbered,
    Ledger,
    Part,
    QuestionsWorded,
    SessionBegan,
    State,
    Trial,
    Worded,
)
from evomerge.ledger.encoding import KINDS
from tests.ledger.facts import EACH, FAILED, PART, TRIAL


def test_every_kind_is_read_again_exactly_and_in_order(tmp_path):
    assert {type(what) for what in EACH} | {ItemsNumbered} >= {
        kind for tag, kind in KINDS.items() if tag not in ("upgraded", "repaired")
    }
    with Ledger(tmp_path, create=True) as ledger:
        for what in EACH:
            assert ledger.record(what).what == what
    with Ledger(tmp_path) as ledger:
        records = [r for r in ledger.records(with_scores=True) if type(r.what) is not ItemsNumbered]
        assert [record.what for record in records] == [*EACH]
        assert [r.number for r in ledger.records()] == [*range(1, len(EACH) + 2)]
        assert ledger.trials() == [TRIAL, FAILED]
        assert ledger.parts(with_scores=True) == [PART]
        assert ledger.parts()[0].scores == ()
        assert ledger.facts() == {"seed": 3}
        assert ledger.items() == [("t", "i1", 0, "search")]


def test_a_ledger_is_read_while_it_is_made(tmp_path):
    """As by `evomerge status` when a run begins: there is none, or it is whole."""
    for number in range(40):
        folder, began = tmp_path / str(number), threading.Event()
        folder.mkdir()

        def make(folder=folder, began=began):
            with Ledger(folder, create=True):
                began.set()

        maker = threading.Thread(target=make)
        maker.start()
        while not began.is_set():
            with contextlib.suppress(RunFolderError), Ledger(folder) as ledger:
                assert ledger.parts() == []
        maker.join()


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["t", "u"]),
                st.sampled_from("abcdef"),
                st.floats(allow_nan=False, allow_infinity=False),
                st.sampled_from([1.0, 0.0, 2.5]),
            ),
            unique_by=lambda one: one[:2],
        ),
        max_size=5,
    )
)
def test_scores_are_read_again_to_the_bit_whenever_their_items_were_met(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("run")
    written = [
        Part("d", "search", State.SCORED, scores=tuple(ItemScore(*score) for score in scores))
        for scores in parts
    ]
    for part in written:  # each by a process of its own
        with Ledger(folder, create=True) as ledger:
            ledger.record_part(part)
    with Ledger(folder, create=True) as ledger:
        assert ledger.parts(with_scores=True) == written


def test_watchers_hear_the_past_in_order_and_then_the_present(tmp_path):
    heard = []
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(Cautioned(("first",)))
        ledger.record(FAILED)
        ledger.watch(heard.append)
        ledger.record(FAILED, Cautioned(("second",)))
    whats = [Cautioned(("first",)), FAILED, FAILED, Cautioned(("second",))]
    assert [record.what for record in heard] == whats
    assert [record.is_live for record in heard] == [False, False, True, True]
    assert [record.number for record in heard] == [1, 2, 3, 4]


def test_a_watcher_that_nobody_reads_ends_the_run_resumably(tmp_path):
    def watch(record):
        raise BrokenPipeError(32, "Broken pipe")

    with Ledger(tmp_path, create=True) as ledger:
        ledger.watch(watch)
        with pytest.raises(Stopped, match=r"nobody can be told .*Broken pipe"):
            ledger.record(FAILED)
        ledger.record(TRIAL)
        assert ledger.trials() == [FAILED, TRIAL], "what was recorded stays"


def test_active_time_is_that_of_the_sessions_and_not_between_them(tmp_path, monkeypatch):
    now = [500.0]
    with Ledger(tmp_path, create=True, clock=lambda: now[0]) as ledger:
        ledger.record(SessionBegan())
        now[0] += 4
        monkeypatch.setattr(time, "time", lambda: 1e9)  # a clock that is set back by decades
        ledger.record(FAILED)
    now[0] = 20.0  # another process, another beginning
    with Ledger(tmp_path, create=True, clock=lambda: now[0]) as ledger:
        assert ledger.active_s == 4.0
        now[0] += 3
        assert ledger.active_s == 7.0
        ledger.record(SessionBegan())
    with Ledger(tmp_path) as ledger:
        assert ledger.active_s == 7.0
        assert [record.active_s for record in ledger.records()] == [0.0, 4.0, 7.0]


def test_questions_are_kept_once(tmp_path):
    question = Worded("t", "i2", "2 + 2", "4")
    for _ in range(2):
        with Ledger(tmp_path, create=True) as ledger:
            ledger.record_part(PART, [question])
            ledger.record_part(PART, [question])
    with Ledger(tmp_path) as ledger:
        assert ledger.questions() == [question]
        assert len(ledger.all_of(QuestionsWorded)) == 1
        assert len(ledger.parts()) == 4


def test_others_can_read_while_one_writes(tmp_path):
    with Ledger(tmp_path, create=True) as writer, Ledger(tmp_path) as reader:
        for count in range(1, 5):
            score = ItemScore("t", f"new {count}", 0.5)
            writer.record_part(replace(PART, scores=(score,), answers={}))
            assert [p.scores for p in reader.parts(with_scores=True)][-1] == (score,)
        assert [r.number for r in reader.records(since=6)] == [7, 8]


def test_no_room_stops_the_run_resumably(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        db = ledger._db._db
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
        many = Trial("d", "s", {"x": os.urandom(50_000).hex()}, State.SCORED)
        with pytest.raises(Stopped, match=r"cannot be written .*full.*; make room, then resume"):
            ledger.record(many)
        assert ledger.trials() == []
        db.execute("PRAGMA max_page_count = 1000")
        ledger.record_part(PART)
        assert ledger.parts(with_scores=True) == [PART]


def test_folders_that_are_no_runs_are_told(tmp_path):
    with pytest.raises(RunFolderError, match="not a run folder"):
        Ledger(tmp_path)
    (tmp_path / FILE).write_text("something else entirely, and long enough to be read as a header")
    with pytest.raises(RunFolderError, match="not a ledger"):
        Ledger(tmp_path)
    (tmp_path / FILE).unlink()
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("CREATE TABLE cats (name TEXT)")
    db.close()
    with pytest.raises(RunFolderError, match="not a ledger"):
        Ledger(tmp_path)


def test_a_later_schema_is_refused_with_the_version_that_made_it(tmp_path):
    Ledger(tmp_path, create=True).close()
    db = sqlite3.connect(tmp_path / FILE)
    with db:
        db.execute("UPDATE made SET schema = 99, evomerge = '7.1'")
    db.close()
    for create in (False, True):
        with pytest.raises(RunFolderError, match=r"evomerge 7\.1 \(schema 99.*use that version"):
            Ledger(tmp_path, create=create)


def test_who_reads_a_ledger_cannot_write_it(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(TRIAL)
    before = (tmp_path / FILE).read_bytes()
    with Ledger(tmp_path) as ledger:
        assert ledger.trials()[0].fitness == TRIAL.fitness
        with pytest.raises(Stopped, match="cannot be written"):
            ledger.record(TRIAL)
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_ledger_that_is_gone_is_not_written_in_silence(tmp_path, how):
    folder = tmp_path / "run"
    folder.mkdir()
    with Ledger(folder, create=True) as ledger:
        ledger.record(TRIAL)
        if how == "deleted":
            (folder / FILE).unlink()
        else:
            folder.rename(tmp_path / "elsewhere")
        if how == "replaced":
            folder.mkdir()
            Ledger(folder, create=True).close()
        with pytest.raises(EvomergeError, match="was deleted, moved or replaced") as caught:
            ledger.record(TRIAL)
        assert not isinstance(caught.value, Stopped)
