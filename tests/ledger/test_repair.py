"""Damage is told when a ledger is opened, and what is whole is brought back."""

import contextlib
import random
import shutil

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import FILE, ItemScore, ItemsNumbered, Ledger, Part, Repaired, State, repair
from tests.cli.test_main import call
from tests.ledger.facts import EACH, TRIAL

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A ledger of many pages, some with an index of pages, some records larger than a page."""
    folder = tmp_path_factory.mktemp("whole")
    draw = random.Random(0)
    with Ledger(folder, create=True) as ledger:
        for what in EACH:
            ledger.record(what)
        for number in range(400):
            scores = tuple(ItemScore("t", f"i{n}", draw.random()) for n in range(40))
            ledger.record_part(Part(f"d{number}", "search", State.SCORED, scores=scores))
        many = tuple(ItemScore("u", f"i{n}", draw.random()) for n in range(2000))
        ledger.record_part(Part("large", "search", State.SCORED, scores=many))
        ledger.record(TRIAL)
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "run")
    return tmp_path / "run"


def records(folder):
    with Ledger(folder) as ledger:
        return {record.number: record for record in ledger.records(with_scores=True)}


def assert_brought_back(folder, whole, least):
    """All that is there is as it was, and it can be written to."""
    recovered = repair(folder)
    found, before = records(folder), records(whole)
    last = max(found)
    assert isinstance(found.pop(last).what, Repaired)
    assert len(found) == recovered.records >= least
    assert found.items() <= before.items()
    gaps = {n for first, end in recovered.lost for n in range(first, end + 1)}
    assert {*found} | gaps == {*range(1, max(found) + 1)}
    with Ledger(folder, create=True) as ledger:
        assert ledger.record(TRIAL).number == last + 1
        ledger.record_part(Part("new", "search", State.SCORED, scores=(ItemScore("x", "y", 1.0),)))
    assert max(records(folder)) == last + 3


def test_a_flipped_bit_in_a_score_is_told_and_the_rest_brought_back(folder, whole):
    data = bytearray((folder / FILE).read_bytes())
    with Ledger(folder) as ledger:
        row = next(r for r in ledger._db.rows() if r.kind == "part" and r.number > 200)
    at = data.index(row.data)
    data[at + len(row.data) // 2] ^= 1
    (folder / FILE).write_bytes(data)
    with pytest.raises(RunFolderError, match=rf"record {row.number} .*evomerge repair {folder}"):
        Ledger(folder)
    with pytest.raises(RunFolderError, match="is damaged"):
        Ledger(folder, create=True)
    count = len(records(whole))
    assert_brought_back(folder, whole, least=count - 1)


def test_whatever_bit_is_flipped_nothing_else_is_read_in_silence(folder, whole):
    data, before = (folder / FILE).read_bytes(), records(whole)
    draw, silent = random.Random(1), 0
    for _ in range(60):
        damaged = bytearray(data)
        damaged[draw.randrange(PAGE, len(data))] ^= 1 << draw.randrange(8)
        (folder / FILE).write_bytes(damaged)
        with contextlib.suppress(RunFolderError):
            assert records(folder) == before
            silent += 1
    assert silent < 30, "most of the file holds something"


def test_a_damaged_index_of_pages_is_told_and_nothing_is_lost(folder, whole):
    data = bytearray((folder / FILE).read_bytes())
    interior = [n for n in range(len(data) // PAGE) if data[n * PAGE] == 5]
    assert interior
    for page in interior:
        data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    (folder / FILE).write_bytes(data)
    with pytest.raises(RunFolderError, match="evomerge repair"):
        Ledger(folder)
    assert_brought_back(folder, whole, least=len(records(whole)))


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_ledger_that_was_cut_off_is_told_and_its_beginning_brought_back(folder, whole, tenths):
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data[: len(data) * tenths // 10])
    with pytest.raises(RunFolderError, match="evomerge repair"):
        Ledger(folder)
    assert_brought_back(folder, whole, least=len(records(whole)) * (tenths - 2) // 10)


def test_scores_whose_items_are_not_known_any_more_are_lost_too(folder, whole):
    before = records(whole)
    (first, *_) = [n for n, r in before.items() if isinstance(r.what, ItemsNumbered)]
    data = bytearray((folder / FILE).read_bytes())
    with Ledger(folder) as ledger:
        row = next(ledger._db.rows(since=first - 1))
    data[data.index(row.data)] ^= 255
    (folder / FILE).write_bytes(data)
    repair(folder)
    found = records(folder)
    named = {("t", "i1"), ("t", "i2")}  # those of the record that is lost
    assert found
    for record in found.values():
        if isinstance(record.what, Part):
            assert not named & {score.key for score in record.what.scores}


def test_what_a_killed_writer_left_in_the_log_is_brought_back_too(tmp_path, whole):
    """SQLite keeps the last records in a file of its own until they are moved."""
    first, folder = tmp_path / "first", tmp_path / "run"
    shutil.copytree(whole, first)
    with Ledger(first, create=True) as ledger:
        last = ledger.record(TRIAL).number
        shutil.copytree(first, folder)
    data = bytearray((folder / FILE).read_bytes())
    with Ledger(folder) as ledger:
        row = next(r for r in ledger._db.rows() if r.kind == "part" and r.number > 200)
    data[data.index(row.data) + 9] ^= 1
    (folder / FILE).write_bytes(data)
    with pytest.raises(RunFolderError, match=f"record {row.number} "):
        Ledger(folder)
    assert repair(folder).lost == ((row.number, row.number),)
    assert records(folder)[last].what == TRIAL


def test_the_command_says_what_is_back_and_keeps_the_damaged_file(folder):
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data[: len(data) // 2])
    done = call("repair", folder)
    assert done.exit_code == 0
    assert "records are whole" in done.stderr
    assert f"evomerge resume {folder}" in done.stderr
    assert (folder / f"{FILE}.damaged-1").read_bytes() == data[: len(data) // 2]


def test_a_whole_ledger_is_left_as_it_is(folder):
    before = (folder / FILE).read_bytes()
    assert repair(folder) is None
    assert (folder / FILE).read_bytes() == before


def test_what_holds_no_whole_record_is_left_as_it_is(tmp_path):
    (tmp_path / FILE).write_bytes(b"nothing" * 5000)
    with pytest.raises(RunFolderError, match="no record in it is whole"):
        repair(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"nothing" * 5000
