"""A search over parents of which one has a token more than the base."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from evomerge import evolve, status
from evomerge.ledger import Split, State
from evomerge.merge.merging import merge
from evomerge.recipe import load_recipe, parse_recipe
from evomerge.run.baselines.baselines import parent_recipes
from evomerge.run.preparation.preflight import prepare
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job
from evomerge.zoo import zoo_folder
from tests.run.small import TEXT
from tests.run.test_path_cycles import LAYERS

EMBEDDING = "model.embed_tokens.weight"


def pad(name, folder):
    """A zoo model with a token [PAD] and a row for it, as fine-tunes have it."""
    shutil.copytree(zoo_folder(name), folder)
    words = Tokenizer.from_file(str(folder / "tokenizer.json"))
    words.add_special_tokens(["[PAD]"])
    words.save(str(folder / "tokenizer.json"))
    tensors = load_file(folder / "model.safetensors")
    row = torch.full_like(tensors[EMBEDDING][:1], 9.0)
    tensors[EMBEDDING] = torch.cat([tensors[EMBEDDING], row])
    save_file(tensors, folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text())
    config["vocab_size"] += 1
    (folder / "config.json").write_text(json.dumps(config))
    return str(folder)


@pytest.fixture
def padded(tmp_path):
    return pad("zoo:arithmetic", tmp_path / "padded")


def answers(prepared):
    items = prepared.benchmark.items(Split.SEARCH)
    recipes = parent_recipes(prepared.recipe).values()
    with LocalWorkers(torch.device("cpu")).for_parents(
        prepared.parents, prepared.tokenizer
    ) as workers:
        for key, recipe in enumerate(recipes):
            workers.submit(Job(key, recipe, [item.requests for item in items]))
            answer = workers.collect(lambda: None)
            assert answer.state is State.SCORED
            yield answer.responses


def test_a_parent_with_a_token_more_answers_as_it_does_without(padded):
    plain, other = (
        prepare(parse_recipe(TEXT.replace("zoo:arithmetic", name)))
        for name in ("zoo:arithmetic", padded)
    )
    assert other.benchmark.fingerprint == plain.benchmark.fingerprint
    assert list(answers(other)) == list(answers(plain))


def test_a_search_in_the_union_asks_in_its_tokens(padded):
    text = TEXT.replace("zoo:arithmetic", padded) + "tokenizer_source: union\n"
    prepared = prepare(parse_recipe(text + "chat_template: chatml\n"))
    size = prepared.parents["zoo:base"].config["vocab_size"]
    assert {p.config["vocab_size"] for p in prepared.parents.values()} == {size}
    assert prepared.tokenizer.convert_tokens_to_ids("[PAD]") == size - 1
    assert "<|im_start|>" in prepared.tokenizer.chat_template
    assert len(list(answers(prepared))) == 3


@pytest.mark.parametrize("asked", ["union", "base"])
def test_elites_that_are_layers_keep_the_vocabulary(asked, tmp_path):
    """They stand in the place of the base, and what is released is made again of the roots."""
    french = pad("zoo:french", tmp_path / "french")
    text = LAYERS.replace("zoo:french", french) + f"tokenizer_source: {asked}\n"
    run = evolve(parse_recipe(f"{text}base_model: {french}\n"), tmp_path / "run")
    assert [one["gains"] for one in status(run.folder)["cycles"]] != [False]
    recipe = load_recipe(run.winner / "recipe.yaml")
    assert recipe.template.startswith("stage:elite-")
    assert merge(recipe, tmp_path / "again") == run.weights_sha256
    words = Tokenizer.from_file(str(run.winner / "tokenizer.json"))
    assert words.token_to_id("[PAD]") is not None
