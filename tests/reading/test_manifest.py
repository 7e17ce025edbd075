import hashlib
import json

import pytest

from evomerge.errors import ParentError
from evomerge.reading.manifest import MANIFEST_FILE, Manifest, Unlike


@pytest.fixture
def folder(tmp_path):
    files = {"config.json": b"{}", "README.md": b"card", "model.safetensors": b"tensors"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    said = {
        "weights_sha256": "abc",
        "tensors": {"a": "1", "b": "2"},
        "files": {n: hashlib.sha256(files[n]).hexdigest() for n in ("config.json", "README.md")},
        "sizes": {name: len(data) for name, data in files.items()},
    }
    (tmp_path / MANIFEST_FILE).write_text(json.dumps(said))
    return tmp_path


def unlike(call, *arguments):
    """What a check tells; nothing where all is as it was."""
    caught = None
    try:
        call(*arguments)
    except Unlike as error:
        caught = error
    assert caught is None or str(caught).endswith("or remove manifest.json if the change is yours")
    return caught and caught.what


def test_a_folder_that_is_what_it_was(folder):
    manifest = Manifest.of(folder)
    assert unlike(manifest.check_files, ["config.json"]) is None
    assert unlike(manifest.check_names, ["a", "b"]) is None
    assert unlike(manifest.check_tensor, "a", "1") is None
    assert unlike(manifest.check_weights, "abc") is None


def test_what_has_changed_is_told_by_its_name(folder):
    manifest = Manifest.of(folder)
    (folder / "config.json").write_bytes(b"[]")
    assert unlike(manifest.check_files, []).startswith("config.json has the sha256 4f53cda1")
    (folder / "config.json").write_bytes(b"")
    assert unlike(manifest.check_sizes) == "config.json has 0 bytes, and had 2"
    (folder / "config.json").unlink()
    assert unlike(manifest.check_sizes) == "config.json is gone, and was there"
    assert unlike(manifest.check_files, [], lambda name: name == "config.json") is None
    assert unlike(manifest.check_files, [], lambda name: name == "README.md")


def test_what_was_not_there_is_told(folder):
    manifest = Manifest.of(folder)
    assert unlike(manifest.check_files, ["vocab.txt"]) == "vocab.txt is there, and was not"
    assert unlike(manifest.check_names, ["a", "b", "c"]) == "the tensor c is there, and was not"
    assert unlike(manifest.check_names, ["a"]) == "the tensor b is gone, and was there"
    assert unlike(manifest.check_tensor, "a", "3").startswith("the tensor a has the hash 3…, and")
    assert unlike(manifest.check_weights, "def").startswith("the type or shape of a tensor is not")


def test_the_model_card_may_be_edited(folder):
    (folder / "README.md").write_text("more of a card")
    assert unlike(Manifest.of(folder).check_files, []) is None


def test_most_folders_have_none(folder):
    (folder / MANIFEST_FILE).write_text('{"name": "of another program"}')
    assert Manifest.of(folder) is None
    (folder / MANIFEST_FILE).unlink()
    assert Manifest.of(folder) is None


@pytest.mark.parametrize(
    "said", ["", "[]", '{"tensors": [], "files": {}}', '{"tensors": {"a": 1}, "files": {}}']
)
def test_one_that_cannot_be_read_is_told(folder, said):
    (folder / MANIFEST_FILE).write_text(said)
    with pytest.raises(ParentError, match=r"manifest\.json"):
        Manifest.of(folder)


@pytest.mark.parametrize("key", ["files", "sizes"])
@pytest.mark.parametrize("name", ["/etc/hostname", "../secret", "a/../../secret"])
def test_a_file_elsewhere_is_not_asked_after(folder, key, name):
    said = json.loads((folder / MANIFEST_FILE).read_text())
    said[key] = {name: said[key]["config.json"]}
    (folder / MANIFEST_FILE).write_text(json.dumps(said))
    with pytest.raises(ParentError, match="which is elsewhere"):
        Manifest.of(folder)
