import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import evomerge
from evomerge.cores import Cores
from evomerge.errors import Stopped, TrialError
from evomerge.merge.parents import check_weights, open_parents
from evomerge.recipe import Training, recipe_from
from evomerge.training import Example, train
from evomerge.weights import Checkpoint, open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.zoo import zoo_folder
from tests.live import LiveBank

CPU = torch.device("cpu")
SETTINGS = Training(rank=2, steps=3, batch=8, warmup=1, learning_rate=5e-3)


def examples(count=24):
    file = zoo_folder("zoo:base").parents[1] / "tasks" / "arithmetic_french.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()[:count]]
    return [Example(row["question"], f" {row['answer']}") for row in rows]


@pytest.fixture(scope="module")
def base():
    return open_parent("zoo:base")


@pytest.fixture(scope="module")
def tokenizer(base):
    return load_tokenizer(base.tokenizer_folder)


@pytest.fixture(scope="module")
def adapter(base, tokenizer, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "adapters" / "cycle-0"
    return train(SETTINGS, examples(), base, tokenizer, out, device=CPU)


def test_an_adapter_is_trained_whole_and_nothing_else_is_left(adapter):
    assert [one.name for one in adapter.folder.parent.iterdir()] == ["cycle-0"]
    assert (adapter.steps, adapter.examples) == (3, {"human": 24})
    assert adapter.tokens == 24 * 10 + sum(map(extra, examples()))
    assert adapter.base == "zoo:base"


def extra(example):
    tokenizer = load_tokenizer(zoo_folder("zoo:base"))
    return len(tokenizer(example.prompt + example.answer)["input_ids"]) + 1 - 10


def test_the_order_of_examples_decides_nothing(adapter, base, tokenizer, tmp_path):
    again = train(SETTINGS, examples()[::-1], base, tokenizer, tmp_path / "a", device=CPU, cores=1)
    assert again.weights_sha256 == adapter.weights_sha256
    assert again.data_sha256 == adapter.data_sha256


def test_it_is_a_parent_in_bank_and_stream(adapter, tmp_path):
    name = f"zoo:base+{adapter.folder}"
    models = [
        {"model": name, "parameters": {"weight": 0.5}},
        {"model": "zoo:french", "parameters": {"weight": 1.0}},
    ]
    recipe = recipe_from(
        {"merge_method": "task_arithmetic", "base_model": "zoo:base", "models": models}
    )
    evomerge.merge(recipe, tmp_path / "out")
    parents = open_parents(recipe)
    check_weights(recipe, parents)
    with Cores(2) as cores:
        state = LiveBank(parents, CPU).write(recipe, cores).model.state_dict()
    written, french = Checkpoint(tmp_path / "out"), Checkpoint(zoo_folder("zoo:french"))
    assert all(torch.equal(written.tensor(one), state[one]) for one in written.specs)
    changed = [
        one for one in written.specs if not torch.equal(written.tensor(one), french.tensor(one))
    ]
    assert any("q_proj" in one for one in changed)


def test_with_a_weight_of_nothing_it_is_not_there(adapter, tmp_path):
    models = [
        {"model": f"zoo:base+{adapter.folder}", "parameters": {"weight": 0.0}},
        {"model": "zoo:french", "parameters": {"weight": 1.0}},
    ]
    plain = {"merge_method": "linear", "models": models}
    evomerge.merge(recipe_from(plain), tmp_path / "out")
    evomerge.merge(recipe_from({**plain, "models": models[1:]}), tmp_path / "alone")
    hashes = {Checkpoint(tmp_path / name).content_hash for name in ("out", "alone")}
    assert len(hashes) == 1


def test_without_examples_there_is_no_adapter(base, tokenizer, tmp_path):
    with pytest.raises(TrialError, match="nothing to train on"):
        train(SETTINGS, [], base, tokenizer, tmp_path / "a", device=CPU)
    assert not [*tmp_path.iterdir()]


def test_a_stop_in_a_step_costs_that_step(adapter, base, tokenizer, tmp_path):
    calls = []

    def stop():
        calls.append(1)
        if len(calls) == 3:
            raise Stopped("terminated")

    def again(checkpoint):
        arguments = SETTINGS, examples(), base, tokenizer, tmp_path / "a"
        return train(*arguments, device=CPU, checkpoint=checkpoint)

    with pytest.raises(Stopped):
        again(stop)
    assert [one.name for one in tmp_path.iterdir()] == [".a.training"]
    assert again(lambda: None).weights_sha256 == adapter.weights_sha256
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


PROGRAM = """
import os, signal, sys
from pathlib import Path
from evomerge.training import learning
learning.KEPT_EVERY_S = 0.0
write = learning.KeptState.write
def killed(kept, state):
    write(kept, state)
    if state.steps == 2:
        os.kill(os.getpid(), signal.SIGKILL)
learning.KeptState.write = killed
from tests.training.test_training import *
base = open_parent("zoo:base")
tokenizer = load_tokenizer(base.tokenizer_folder)
train(SETTINGS, examples(), base, tokenizer, Path(sys.argv[1]), device=CPU)
"""


def test_what_was_killed_goes_on_to_the_same_bits(adapter, base, tokenizer, tmp_path):
    out = tmp_path / "a"
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(out)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert ended.returncode == -signal.SIGKILL
    assert [one.name for one in tmp_path.iterdir()] == [".a.training"]
    steps = []
    made = train(
        SETTINGS, examples(), base, tokenizer, out, device=CPU, checkpoint=lambda: steps.append(1)
    )
    assert made.weights_sha256 == adapter.weights_sha256
    assert len(steps) == 1  # of three
