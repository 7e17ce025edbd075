import json
import multiprocessing
import os
import resource
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import Stopped, UserError
from evomerge.ledger import ItemsOpened, Registry, registry_at

ITEMS = [f"{n:04d}" for n in range(100)]


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "deep" / "openings.jsonl")


def test_each_opening_of_the_same_items_has_the_next_number(registry):
    numbers = [registry.open(f"winner {n}", f"runs/{n}", ITEMS) for n in range(4)]
    assert numbers == [1, 2, 3, 4]


def test_the_same_winner_on_the_same_items_is_the_same_opening(registry):
    assert registry.open("a", "runs/1", ITEMS) == 1
    assert registry.open("b", "runs/2", ITEMS) == 2
    assert registry.open("a", "runs/3", ITEMS[::-1]) == 1
    assert registry.open("a", "runs/3", ITEMS[:50]) == 3, "other items: another look at them"
    assert len(registry.path.read_text().splitlines()) == 3


def test_the_same_winner_on_more_and_more_items_is_opened_again_each_time(registry):
    """Else one could add items until it is better by luck: 10 % of equals were."""
    ids = [f"q{n}" for n in range(300)]
    assert [registry.open("w", "runs/a", ids[:n]) for n in (100, 200, 300)] == [1, 2, 3]
    assert registry.open("w", "runs/b", ids[:200]) == 2
    assert registry.looks(ids[:100], besides="w").most == 2
    assert registry.open("other", "runs/a", ids[250:]) == 2


def test_the_item_that_was_looked_at_most_counts(registry):
    registry.open("a", "runs/1", ITEMS[:60])
    registry.open("b", "runs/2", ITEMS[50:])
    looks = registry.looks(ITEMS)
    assert (looks.most, looks.items, looks.where) == (2, 100, ("runs/1", "runs/2"))
    assert registry.looks(ITEMS[:60], besides="a").most == 1
    assert registry.open("c", "runs/3", ITEMS) == 3
    assert registry.looks(["elsewhere"]).items == 0


def test_what_a_search_saw_and_what_was_printed_are_looks(registry):
    registry.note_run("run", "runs/1", shown=ITEMS[:40], sealed=ITEMS[40:])
    assert registry.looks(ITEMS[40:]).most == 0
    assert registry.looks(ITEMS[:40]).most == 1
    registry.note_scores("model", "./model", ITEMS[:10])
    registry.note_scores("model", "./model", ITEMS[:10])
    assert registry.looks(ITEMS[:10]).most == 2
    assert registry.open("w", "runs/2", ITEMS[:40]) == 3


def test_items_are_sealed_by_the_runs_that_hold_them(registry):
    assert registry.sealed(ITEMS) == {}
    registry.note_run("run", "runs/1", shown=ITEMS[:40], sealed=ITEMS[40:])
    registry.note_run("run", "runs/1", shown=ITEMS[:40], sealed=ITEMS[40:])
    assert registry.sealed(ITEMS[:45]) == {"runs/1": 5}
    assert registry.sealed(ITEMS[:40]) == {}
    assert len(registry.path.read_text().splitlines()) == 1


def test_the_record_of_printed_scores_opens_sealed_items(registry):
    assert registry.note_scores("model", "./model", ITEMS) == ItemsOpened("model")


def test_none_is_kept_where_none_is_wanted(tmp_path, monkeypatch):
    monkeypatch.setenv("EVOMERGE_REGISTRY", str(tmp_path / "mine.jsonl"))
    assert registry_at(None).path == tmp_path / "mine.jsonl"
    assert registry_at(tmp_path / "other").path == tmp_path / "other"
    nothing = registry_at("none")
    nothing.note_run("run", "runs/1", [], ITEMS)
    assert [nothing.open(winner, "runs/1", ITEMS) for winner in "abc"] == [1, 1, 1]
    assert nothing.looks(ITEMS).most == 0
    assert not [*tmp_path.iterdir()]
    monkeypatch.delenv("EVOMERGE_REGISTRY")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert registry_at(None).path.name == "openings.jsonl"


def test_a_file_that_is_none_is_told(tmp_path):
    file = tmp_path / "openings.jsonl"
    Registry(file).open("a", "runs/1", ITEMS)
    for damage in ("not json\n", '{"kind": "opening"}\n', "[]\n", '"a"\n'):
        file.write_text(damage + file.read_text().splitlines()[-1] + "\n")
        with pytest.raises(UserError, match=r"line 1 is damaged.*--registry names another file"):
            Registry(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="cannot be read"):
        Registry(file)
    with pytest.raises(UserError, match="cannot be read"):
        Registry(tmp_path)


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be"):
        Registry(tmp_path / "file" / "openings.jsonl").open("a", "runs/1", ITEMS)


def _open_without_room(path):
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50, resource.RLIM_INFINITY))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        return Registry(path).open("b", "runs/2", ITEMS)
    except Stopped as error:
        return str(error)


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "openings.jsonl"
    Registry(path).open("a", "runs/1", ITEMS)
    before = path.read_text()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        told = pool.apply(_open_without_room, (path,))
    assert "no room to write it (No space left on device)" in told
    assert path.read_text() == before
    assert Registry(path).open("b", "runs/2", ITEMS) == 2


def _open_many(path, first):
    registry = Registry(path)
    return [registry.open(f"{os.getpid()} {n}", "runs", ITEMS) for n in range(first, first + 20)]


def test_processes_that_open_at_once_get_numbers_of_their_own(tmp_path):
    path = tmp_path / "openings.jsonl"
    context = multiprocessing.get_context("fork")
    with context.Pool(3) as pool:
        parts = pool.starmap(_open_many, [(path, n) for n in (0, 100, 200)])
    assert sorted(number for part in parts for number in part) == [*range(1, 61)]
    assert all(json.loads(line) for line in path.read_text().splitlines())


@given(st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 5), min_size=1)), max_size=12))
def test_an_opening_has_one_more_than_the_most_looked_at_of_its_items(tmp_path_factory, openings):
    registry = Registry(tmp_path_factory.mktemp("r") / "openings.jsonl")
    seen = []
    for winner, items in openings:
        named = sorted(map(str, items))
        known = [n for n, w, i in seen if (w, i) == (winner, named)]
        expected = 1 + max(sum(item in i for _, _, i in seen) for item in named)
        number = registry.open(str(winner), "runs", named)
        assert number == (known[0] if known else expected)
        if not known:
            seen.append((number, winner, named))
