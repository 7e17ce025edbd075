import multiprocessing
import os
import pickle
import shutil
from collections import namedtuple

import fsspec
import pytest

from evomerge import merge
from evomerge.errors import NoRoomError, ParentError
from evomerge.merge.parents import check_weights, open_parents
from evomerge.recipe import load_recipe, parse_recipe
from evomerge.weights import open_parent
from tests.tiny import tiny_tensors, write_model


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The folder beside the Hub's cache."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache" / "hub"))
    return tmp_path / "cache" / "evomerge"


@pytest.fixture
def memory():
    """Storage in memory, empty."""
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture
def stored(memory, make_model):
    """Puts a tiny model into memory, and says its address."""

    def put(name, seed=0):
        folder = make_model(f"{name}-{seed}", seed)
        for file in os.listdir(folder):
            memory.put_file(f"{folder}/{file}", f"/bucket/{name}/{file}")
        return f"memory://bucket/{name}"

    return put


def whole(cache):
    """The models that were downloaded."""
    return sorted(path for path in cache.iterdir() if not path.name.startswith("."))


def test_what_evomerge_has_written_is_a_parent_without_its_card_and_recipe(
    make_model, tmp_path, cache
):
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {make_model('a', 0)}}}]")
    sha256 = merge(recipe, tmp_path / "merged", verify=False)
    parent = open_parent(f"file://{tmp_path}/merged")
    assert parent.content_hash == sha256
    assert not (parent.folder / "recipe.yaml").exists()
    (parent.folder / "config.json").unlink()
    with pytest.raises(ParentError, match=r"config\.json"):
        open_parent(str(parent.folder))


@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_a_stored_model_is_the_one_in_a_folder(scheme, stored, make_model, cache):
    local = open_parent(make_model("local", seed=3))
    url = stored("m", seed=3) if scheme == "memory" else f"file://{local.folder}"
    parent = open_parent(url)
    assert (parent.name, parent.pinned) == (url, url)
    assert parent.content_hash == local.content_hash
    assert [parent.folder] == whole(cache)
    assert pickle.loads(pickle.dumps(parent)).content_hash == local.content_hash


def test_it_is_read_once_and_anew_when_it_has_changed(stored, memory, monkeypatch, cache):
    url = stored("m")
    read, get = [], type(memory).get_file
    monkeypatch.setattr(
        type(memory), "get_file", lambda *args, **more: (read.append(1), get(*args, **more))
    )
    first = open_parent(url)
    assert open_parent(url).folder == first.folder
    assert len(read) == 2
    stored("m", seed=1)
    second = open_parent(url)
    assert len(read) == 4
    assert second.content_hash != first.content_hash
    assert len(whole(cache)) == 2


def test_only_what_a_model_needs_is_read(stored, memory):
    url = stored("m")
    others = ("pytorch_model.bin", "optimizer.pt", "checkpoint-8/model.safetensors", "1_Pool/x.bin")
    for name in (*others, "tokenizer.json", "1_Pool/config.json", "1_Pool/..", ".."):
        memory.pipe_file(f"/bucket/m/{name}", b"{}")
    folder = open_parent(url).folder
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert found == ["1_Pool/config.json", "config.json", "model.safetensors", "tokenizer.json"]


def test_a_download_that_ends_early_leaves_nothing(stored, memory, monkeypatch, cache):
    url, get = stored("m"), type(memory).get_file

    def fail(self, name, local, **more):
        get(self, name, local, **more)
        if name.endswith("model.safetensors"):
            raise ConnectionError("the line is dead")

    with monkeypatch.context() as broken:
        broken.setattr(type(memory), "get_file", fail)
        with pytest.raises(ParentError, match=r"bucket/m: cannot be read \(the line is dead\)"):
            open_parent(url)
    assert whole(cache) == []
    assert open_parent(url).content_hash


def test_a_model_that_changes_while_it_is_read_is_refused(stored, memory, monkeypatch, cache):
    url, get = stored("m"), type(memory).get_file

    def change(self, name, local, **more):
        get(self, name, local, **more)
        self.pipe_file("/bucket/m/config.json", self.cat_file("/bucket/m/config.json"))

    monkeypatch.setattr(type(memory), "get_file", change)
    with pytest.raises(ParentError, match="was changed while it was read"):
        open_parent(url)
    assert whole(cache) == []


def _open(url, cache, read):
    from huggingface_hub import constants

    constants.HF_HUB_CACHE = cache
    local = type(fsspec.filesystem("file"))
    get = local.get_file

    def count(*args, **more):
        read.put(args[1])
        return get(*args, **more)

    local.get_file = count
    open_parent(url)


def test_of_two_processes_one_reads(make_model, tmp_path, cache):
    context = multiprocessing.get_context("fork")
    read = context.Queue()
    asked = f"file://{make_model('a')}", str(tmp_path / "cache" / "hub"), read
    both = [context.Process(target=_open, args=asked) for _ in range(2)]
    for process in both:
        process.start()
    names = sorted(os.path.basename(read.get(timeout=60)) for _ in range(2))
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert names == ["config.json", "model.safetensors"]
    assert read.empty()
    assert len(whole(cache)) == 1


@pytest.mark.parametrize(
    "url, problem",
    [
        ("memory://bucket/none", "memory://bucket/none: there is no such folder"),
        ("memory://bucket/none+memory://b/a", "bucket/none: there is no such folder"),
        ("file:///dev/null", "is a file; name the folder"),
        ("file:///dev/fd", "holds no model"),
        ("file://relative/path", "no whole path"),
        ("http://169.254.169.254/latest", "models are not read from http://, but file, memory, s3"),
        ("simplecache::memory://bucket/m", "not read from simplecache::memory"),
        ("memory://a::file:///etc", "name a folder alone"),
        ("s3://key:word@bucket/m", "name a folder alone"),
        ("s3://bucket/m?token=1", "name a folder alone"),
        ("memory://bucket/m\0", "no such folder"),
    ],
)
def test_addresses_that_lead_nowhere_are_told(url, problem, memory):
    with pytest.raises(ParentError, match=problem) as told:
        open_parent(url)
    assert "word@" not in str(told.value)


def test_a_missing_package_is_named_with_the_line_of_the_recipe(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)  # as if it was not installed
    recipe = tmp_path / "r.yaml"
    recipe.write_text("merge_method: linear\nmodels:\n  - model: s3://bucket/m\n")
    with pytest.raises(ParentError, match=r"r\.yaml:3: .*pip install s3fs") as told:
        open_parents(load_recipe(recipe))
    assert "s3://bucket/m: needs the package s3fs" in str(told.value)


def test_links_and_devices_are_not_followed(make_model, tmp_path):
    write_model(tmp_path / "secret", tiny_tensors(1))
    folder = tmp_path / make_model("a")
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to(tmp_path / "secret" / "model.safetensors")
    with pytest.raises(ParentError, match=r"model\.safetensors is a link"):
        open_parent(f"file://{folder}")
    (folder / "model.safetensors").unlink()
    os.mkfifo(folder / "model.safetensors")
    with pytest.raises(ParentError, match="or no regular file"):
        open_parent(f"file://{folder}")


def test_a_disk_without_room_is_told(stored, monkeypatch, cache):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 90, 10))
    with pytest.raises(NoRoomError, match="has room for 10; set HF_HUB_CACHE"):
        open_parent(stored("m"))
    assert whole(cache) == []


def test_recipes_name_addresses_and_pins_hold_for_them(stored, tmp_path):
    url = stored("m")
    (tmp_path / "memory:" / "bucket" / "m").mkdir(parents=True)  # no path, whatever lies there
    recipe = tmp_path / "r.yaml"
    text = f"merge_method: linear\nmodels: [{{model: '{url}', parameters: {{weight: 1}}}}]\n"
    recipe.write_text(text)
    loaded = load_recipe(recipe)
    assert loaded.parent_names == (url,)
    content = check_weights(loaded, open_parents(loaded))
    recipe.write_text(f"{text}pins: {{'{url}': {content[url]}}}\n")
    stored("m", seed=1)
    changed = load_recipe(recipe)
    with pytest.raises(ParentError, match=r"r\.yaml:3: memory://bucket/m has changed"):
        check_weights(changed, open_parents(changed))
