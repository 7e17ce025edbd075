"""A folder that was written, and changed since."""

import random
import shutil

import pytest

from evomerge import merge
from evomerge.errors import UserError
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from evomerge.weights.checkpoint.hub import is_fetched

RECIPE = """
merge_method: linear
models:
  - {model: "zoo:base", parameters: {weight: 0.5}}
  - {model: "zoo:largest", parameters: {weight: 0.5}}
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = tmp_path_factory.mktemp("released") / "model"
    sha256 = merge(parse_recipe(RECIPE), folder, verify=False)
    return folder, sha256


def damaged(folder, chance):
    """One change to one of its files: bits, bytes, its length, or the file itself."""
    file = chance.choice(sorted(path for path in folder.rglob("*") if path.is_file()))
    data = bytearray(file.read_bytes())
    at = chance.randrange(len(data))
    match chance.randrange(4):
        case 0:
            data[at] ^= 1 << chance.randrange(8)
        case 1:
            del data[at:]
        case 2:
            data[at : at + 8] = chance.randbytes(8)
        case 3:
            file.unlink()
            return file.name
    file.write_bytes(data)
    return file.name


def read(folder):
    """The hash of what is read, or why it is not."""
    try:
        return open_parent(str(folder)).content_hash
    except UserError as error:
        return str(error)


def test_what_was_written_is_what_is_read(released):
    folder, sha256 = released
    assert open_parent(str(folder)).content_hash == sha256


def test_nothing_is_read_in_silence_that_was_not_written(released, tmp_path):
    folder, sha256 = released
    chance, told = random.Random(15), 0
    for number in range(60):
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        name = damaged(copy, chance)
        found = read(copy)
        told += str(copy) in found
        decides_nothing = name in ("README.md", "manifest.json") or (
            not (copy / name).exists() and not is_fetched(name)
        )
        assert str(copy) in found or (found == sha256 and decides_nothing)
        shutil.rmtree(copy)
    assert told > 30


def test_a_tensor_of_another_type_is_told(released, tmp_path):
    folder, _ = released
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    file = copy / "model.safetensors"
    data = file.read_bytes()
    assert b'"F32"' in data
    file.write_bytes(data.replace(b'"F32"', b'"I32"', 1))
    with pytest.raises(UserError, match="the type or shape of a tensor is not what it was"):
        _ = open_parent(str(copy)).content_hash
