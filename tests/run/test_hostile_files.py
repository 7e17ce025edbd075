"""Files of strangers: each ends in a line that names it, and nothing is waited for."""

import json
import os
import random
import struct

import pytest

from benchmarks.hostile.kinds import KINDS
from evomerge import merge
from evomerge.errors import UserError
from evomerge.recipe import load_recipe, parse_recipe
from evomerge.score.library.task_file import read_task_file
from evomerge.weights import open_parent
from tests.tiny import CONFIG, tiny_tensors, write_model

RECIPE = "merge_method: linear\nmodels: [{{model: '{0}', parameters: {{weight: 1}}}}]\n"


@pytest.mark.parametrize("kind", KINDS)
def test_what_chance_does_to_a_file_is_told_or_harmless(kind, tmp_path, monkeypatch):
    monkeypatch.setattr("evomerge.confined.SECONDS", 0.1)
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        deed = KINDS[kind](random.Random(f"{kind} {seed}"), folder)
        assert outcome(deed) in (None, "told")


def outcome(deed):
    try:
        return deed()
    except UserError:
        return "told"


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "m", tiny_tensors(0))


def told(model):
    with pytest.raises(UserError) as caught:
        merge(parse_recipe(RECIPE.format(model)), model.parent / "out", verify=False)
    assert not (model.parent / "out").exists()
    return str(caught.value)


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"num_hidden_layers": 10**9}, "config.json: num_hidden_layers is 1000000000; no model"),
        ({"vocab_size": 10**9}, "config.json: vocab_size is 1000000000; no model"),
        ({"architectures": 3}, "config.json: architectures is 3, not a list of names"),
    ],
)
def test_a_config_of_impossible_sizes(model, change, problem):
    (model / "config.json").write_text(json.dumps({**CONFIG, **change}))
    assert problem in told(model)


def test_a_nested_config(model):
    (model / "config.json").write_text('{"a":' * 100_000)
    assert "config.json: nested deeper than 64 levels" in told(model)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "generation_config.json"])
def test_a_pipe_in_the_place_of_a_file(model, name):
    (model / name).unlink(missing_ok=True)
    os.mkfifo(model / name)
    assert f"{name}: is a pipe, a device or a socket" in told(model)


def test_a_device_in_the_place_of_a_file(model, tmp_path):
    (model / "config.json").unlink()
    (model / "config.json").symlink_to("/dev/zero")
    assert "config.json: is a link out of its folder, to /dev/zero" in told(model)
    with pytest.raises(UserError, match="is a pipe, a device"):
        load_recipe("/dev/zero")
    os.mkfifo(tmp_path / "task.yaml")
    with pytest.raises(UserError, match="is a pipe, a device"):
        read_task_file(tmp_path / "task.yaml")


def test_a_secret_is_not_copied_into_the_offspring(model, tmp_path):
    (tmp_path / "secret").write_text("token")
    (model / "vocab.txt").symlink_to("../secret")
    assert "vocab.txt: is a link out of its folder" in told(model)


def test_a_file_of_four_terabytes(model):
    size = 1 << 42
    header = json.dumps({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    with (model / "model.safetensors").open("wb") as stream:
        stream.write(struct.pack("<Q", len(header)) + header)
        stream.truncate(8 + len(header) + size)
    assert "is mostly holes" in told(model)


def test_pickled_weights_are_not_loaded(model):
    (model / "model.safetensors").rename(model / "pytorch_model.bin")
    assert "holds only pickled weights (pytorch_model.bin), which can run code" in told(model)


def test_code_of_a_models_folder_is_not_run(model, tmp_path):
    ran = tmp_path / "ran"
    (model / "modeling_x.py").write_text(f"open({str(ran)!r}, 'w')\nclass X: pass\n")
    (model / "tokenizer.py").write_text(f"open({str(ran)!r}, 'w')\nclass T: pass\n")
    maps = {"AutoConfig": "modeling_x.X", "AutoModelForCausalLM": "modeling_x.X"}
    config = {**CONFIG, "architectures": ["X"], "model_type": "x", "auto_map": maps}
    (model / "config.json").write_text(json.dumps(config))
    settings = {"auto_map": {"AutoTokenizer": ["tokenizer.T", None]}, "tokenizer_class": "T"}
    (model / "tokenizer_config.json").write_text(json.dumps(settings))
    out = tmp_path / "out"
    merge(parse_recipe(RECIPE.format(model)), out)
    assert not ran.exists()
    assert (out / "modeling_x.py").is_file()
    assert not open_parent(str(out)).notes


@pytest.mark.parametrize("name", ["a" * 300, "\0", "a/" * 3000])
def test_a_name_that_no_file_can_have(name):
    with pytest.raises(UserError):
        merge(
            parse_recipe(f"merge_method: linear\nmodels: [{{model: {json.dumps(name)}}}]\n"), "out"
        )


def test_a_long_number_in_a_recipe():
    with pytest.raises(UserError, match="cannot be read; quote it if it is text"):
        parse_recipe("merge_method: linear\nseed: " + "1" * 40_000)
