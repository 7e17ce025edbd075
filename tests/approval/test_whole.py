"""A folder is what its manifest says, and nothing else."""

import json
import os

import pytest
from safetensors import safe_open
from safetensors.torch import save_file

from evomerge.approval.whole import damage, unlisted
from tests.quarantined import quarantined, rewrite


@pytest.fixture
def model(tmp_path):
    return quarantined(tmp_path) / "quarantine" / "winner"


def test_what_was_written_is_whole(model):
    assert damage(model) == []
    (model / "report.html").write_text("<p>")
    (model / ".cache" / "huggingface").mkdir(parents=True)
    (model / ".cache" / "huggingface" / "x.lock").write_text("")
    assert damage(model) == []
    assert unlisted(model) == ["report.html"]


def flip(file, place):
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)


def truncate(file):
    file.write_bytes(file.read_bytes()[:-1])


def relink(model, name):
    elsewhere = model.parent / f"elsewhere-{name}"
    (model / name).rename(elsewhere)
    (model / name).symlink_to(elsewhere)


def remove_from_manifest(model, key, name):
    said = json.loads((model / "manifest.json").read_text())
    del said[key][name]
    (model / "manifest.json").write_text(json.dumps(said))


def another_metadata(model):
    file = model / "model.safetensors"
    with safe_open(file, "pt") as opened:
        tensors = {name: opened.get_tensor(name).clone() for name in opened.keys()}  # noqa: SIM118
    save_file(tensors, file, metadata={"format": "tf"})
    rewrite(model, "model.safetensors", file.read_bytes())


TENSOR = "model.layers.0.mlp.down_proj.weight"
KINDS = {
    "a tensor's bit": (lambda m: flip(m / "model.safetensors", -1), "the tensor .* has the hash"),
    "a truncated model": (lambda m: truncate(m / "model.safetensors"), "model.safetensors has "),
    "a truncated file": (lambda m: truncate(m / "recipe.yaml"), "recipe.yaml has .* bytes"),
    "a changed config": (lambda m: flip(m / "config.json", 5), "config.json has the sha256"),
    "an edited card": (lambda m: flip(m / "README.md", 9), "README.md has the sha256"),
    "a lost file": (lambda m: (m / "lineage.json").unlink(), "lineage.json is gone"),
    "a lost model": (lambda m: (m / "model.safetensors").unlink(), "model.safetensors is gone"),
    "an extra file": (lambda m: (m / "extra.py").write_text("1"), "extra.py is there, and was not"),
    "a hidden file": (lambda m: (m / ".env").write_text("1"), ".env is there, and was not"),
    "a file below": (lambda m: (m / "a").mkdir() or (m / "a/b").write_text(""), "a/b is there"),
    "a link": (lambda m: relink(m, "config.json"), "config.json is a link"),
    "a linked model": (lambda m: relink(m, "model.safetensors"), "model.safetensors is a link"),
    "a linked folder": (lambda m: (m / "a").symlink_to("/etc"), "a is a link"),
    "a linked cache": (lambda m: (m / ".cache").symlink_to("/etc"), ".cache is a link"),
    "a pipe": (lambda m: os.mkfifo(m / "report.html"), "report.html is a pipe"),
    "no manifest": (lambda m: (m / "manifest.json").unlink(), "manifest.json is not there"),
    "a damaged manifest": (lambda m: truncate(m / "manifest.json"), "manifest.json.*valid JSON"),
    "an unnamed tensor": (
        lambda m: remove_from_manifest(m, "tensors", TENSOR), f"the tensor {TENSOR} is there"
    ),
    "an unnamed file": (
        lambda m: remove_from_manifest(m, "files", "config.json"), "config.json has a size"
    ),
    "junk with a size": (
        lambda m: rewrite(m, "junk.safetensors", b"x"), "junk.safetensors has a size in manifest"
    ),
    "other metadata": (another_metadata, "model.safetensors says .*tf.* beside its tensors"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_as_it_was_is_named(model, kind):
    tamper, told = KINDS[kind]
    tamper(model)
    found = damage(model)
    assert found
    import re

    assert any(re.search(told, one) for one in found), found


def test_a_folder_that_is_none(model, tmp_path):
    (tmp_path / "link").symlink_to(model)
    for path in (tmp_path / "none", tmp_path / "link", model / "config.json"):
        assert damage(path) == [f"{path} is a link, or no folder"]


def test_links_of_the_hubs_cache_are_its_way_to_keep_files(model, tmp_path):
    blobs, snapshot = tmp_path / "m" / "blobs", tmp_path / "m" / "snapshots" / "c0"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    for file in model.iterdir():
        file.rename(blobs / file.name)
        (snapshot / file.name).symlink_to(blobs / file.name)
    assert damage(snapshot) == []
    (snapshot / "config.json").unlink()
    (snapshot / "config.json").symlink_to("/etc/hostname")
    assert damage(snapshot)[0] == "config.json is a link"


def test_several_wrongs_are_all_told(model):
    (model / "lineage.json").unlink()
    (model / "extra").write_text("")
    truncate(model / "recipe.yaml")
    assert len(damage(model)) == 3
