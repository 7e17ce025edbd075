"""Parents with other tokens than the base, merged token by token."""

import json
import pickle
from pathlib import Path

import pytest
import torch

from evomerge.errors import ParentError, RecipeError
from evomerge.merge.merging import merge
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.vocabulary.vocabulary import vocabulary_notes
from evomerge.recipe import digest
from evomerge.weights import Checkpoint
from tests.families import save
from tests.merge.vocabulary.vocabulary_cases import (
    BY_TOKEN,
    check_rows,
    ids_of,
    recipe_of,
)
from tests.tokenized import FRENCH, shuffled, tokenized_model, tokenizer


@pytest.mark.parametrize(
    "models, base, source, tokens",
    [
        (("base", "chat", "pad"), "base", "union", {"[PAD]", "<|im_start|>"}),
        (("base", "pad", "chat", "other"), None, "union", {"[PAD]", "<|im_start|>", "<x>"}),
        (("other", "chat"), "other", "union", {"[PAD]", "<|im_start|>", "<x>"}),
        (("base", "chat", "other"), "base", "base", set()),
        (("wide", "other"), "wide", "base", set()),
        (("base", "other"), "base", "AT/chat", None),
        (("base", "chat"), None, "AT/chat", {"[PAD]", "<|im_start|>"}),
    ],
)
def test_rows_are_merged_token_by_token(folder, models, base, source, tokens):
    merge(recipe_of(folder, *models, base=base, more=f"tokenizer_source: {source}"), folder / "out")
    if tokens is None:  # the tokenizer of a model that is no parent: rows that nobody has
        made, mine = Checkpoint(folder / "out"), ids_of(folder, "out")
        means = made.tensor(BY_TOKEN[1])[: len(mine) - 2].double().mean(0)
        assert torch.allclose(made.tensor(BY_TOKEN[1])[mine["[PAD]"]].double(), means, atol=1e-5)
        return
    made, mine = check_rows(folder, models, base)
    special = {"<s>", "</s>", "<unk>", *tokens}
    assert {token for token in mine if token.startswith(("<", "["))} == special
    assert made.specs[BY_TOKEN[0]].shape == (len(mine), 8)


def test_parents_with_more_rows_need_no_word_in_the_recipe(folder):
    """One token more, as fine-tunes have it: it is left out, and told."""
    recipe = recipe_of(folder, "base", "pad", base="base")
    parents = open_parents(recipe)
    (note,) = vocabulary_notes(recipe, parents)
    pad = folder / "pad"
    size = len(ids_of(folder, "base"))
    assert note == (
        f"{pad}: {size + 1} rows become {size}, in the order of {folder / 'base'}; "
        "1 left out ([PAD])"
    )
    merge(recipe, folder / "out")
    _, mine = check_rows(folder, ("base", "pad"), "base")
    assert mine == ids_of(folder, "base")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        assert (folder / "out" / file).read_bytes() == (folder / "base" / file).read_bytes()


def test_a_config_that_leaves_its_tokens_to_transformers(folder):
    """A Llama's 32,000, in the config of neither parent; the offspring's has another number."""
    for name, seed in (("a", 6), ("b", 7)):
        tokenized_model(folder / name, tokenizer(), seed, rows=32_000)
        file = folder / name / "config.json"
        told = json.loads(file.read_text())
        del told["vocab_size"]
        file.write_text(json.dumps(told))
    merge(recipe_of(folder, "a", "b", base="a", more="tokenizer_source: base"), folder / "out")
    made, mine = check_rows(folder, ("a", "b"), "a")
    assert made.config["vocab_size"] == len(made.tensor(BY_TOKEN[0])) == len(mine)


def test_a_parent_numbered_otherwise_is_the_same_parent(folder):
    """Whatever its tokens are called by, the offspring is the same, bit for bit."""
    words = tokenizer(added=["[PAD]"])
    tokenized_model(folder / "one", words, 7)
    twin = shuffled(words, 11)
    tokenized_model(folder / "twin", twin, 7)
    tensors = {n: Checkpoint(folder / "one").tensor(n) for n in Checkpoint(folder / "one").specs}
    before, after = words.get_vocab(), twin.get_vocab()
    order = [before[token] for token, _ in sorted(after.items(), key=lambda t: t[1])]
    assert order != sorted(order)
    from safetensors.torch import save_file

    tensors.update({name: tensors[name][order] for name in BY_TOKEN})
    save_file(tensors, folder / "twin" / "model.safetensors")
    hashes = {
        merge(recipe_of(folder, "base", name, base="base"), folder / f"out-{name}")
        for name in ("one", "twin")
    }
    assert len(hashes) == 1


def test_special_tokens_keep_their_meaning(folder):
    """Parents that stop at a token of their own stop at the same one, or at the tokenizer's."""
    words = tokenizer(added=["<end>"])
    end = words.get_vocab()["<end>"]
    tokenized_model(folder / "ends", words, 8, eos_token_id=end)
    (folder / "ends" / "generation_config.json").write_text(json.dumps({"eos_token_id": [1, end]}))
    more = "tokenizer: {source: union, tokens: {'<before>': {source: {kind: zero}}}}"
    for base, others in (("chat", ["ends"]), ("ends", ["chat"])):
        merge(recipe_of(folder, base, *others, base=base, more=more), folder / f"of-{base}")
    chat, ends = (
        json.loads((folder / f"of-{n}" / "config.json").read_text()) for n in ("chat", "ends")
    )
    assert chat["eos_token_id"] == 1
    assert ends["eos_token_id"] == ids_of(folder, "of-ends")["<end>"]
    generation = json.loads((folder / "of-ends" / "generation_config.json").read_text())
    assert generation["eos_token_id"] == [1, ids_of(folder, "of-ends")["<end>"]]
    without = open_parents(recipe_of(folder, "base", "ends", base="base"))[str(folder / "ends")]
    assert without.config["eos_token_id"] == 1
    assert without.generation_config == {"eos_token_id": [1]}


def test_the_recipe_written_beside_the_weights_makes_them_again(folder):
    recipe = recipe_of(folder, "base", "chat", base="base", more="tokenizer_source: union")
    sha256 = merge(recipe, folder / "one")
    assert merge(folder / "one" / "recipe.yaml", folder / "two") == sha256
    outside = recipe_of(folder, "base", "pad", more="tokenizer: {source: AT/chat}")
    sha256 = merge(outside, folder / "three")
    assert merge(folder / "three" / "recipe.yaml", folder / "four") == sha256


def test_a_digest_names_the_vocabulary_where_it_changes_weights(folder):
    def named(*models, more=""):
        recipe = recipe_of(folder, *models, base=models[0], more=more)
        return digest(recipe, check_weights(recipe, open_parents(recipe)))

    union, base = "tokenizer_source: union", "tokenizer: {source: base}"
    assert named("base", "pad", more=union) != named("base", "pad", more=base)
    assert named("base", "pad", more=base) == named("base", "pad")
    assert named("base", "pad", more=f"{base}\nchat_template: chatml") == named("base", "pad")


def test_a_parent_travels_with_its_vocabulary(folder):
    recipe = recipe_of(folder, "base", "other", "chat", more="tokenizer_source: union")
    parents = open_parents(recipe)
    for name, there in pickle.loads(pickle.dumps(parents)).items():
        here = parents[name]
        assert there.content_hash == here.content_hash
        assert there.config == here.config
        assert there.tensors.specs == here.tensors.specs
        assert torch.equal(there.tensors.tensor(BY_TOKEN[1]), here.tensors.tensor(BY_TOKEN[1]))


def test_equal_numbers_of_rows_are_merged_as_they_are_and_what_that_mixes_is_told(folder):
    tokenized_model(folder / "renamed", tokenizer(added=["<y>"]), 9)
    recipe = recipe_of(folder, "pad", "renamed", base="pad")
    parents = open_parents(recipe)
    assert all(parent.alignment is None for parent in parents.values())
    (note,) = vocabulary_notes(recipe, parents)
    assert "renamed: 1 tokens stand in the rows of others" in note
    assert "(<y>)" in note
    same = recipe_of(folder, "base", base="base")
    assert vocabulary_notes(same, open_parents(same)) == []


@pytest.mark.parametrize(
    "models, more, error, problem",
    [
        ("base fr", "tokenizer_source: union", ParentError, r"r.yaml:4: union: .*fr splits texts"),
        ("base", "tokenizer_source: nowhere", RecipeError, "r.yaml:4: .*no such folder"),
        (
            "base bare",
            "tokenizer_source: base",
            ParentError,
            "bare: its tokenizer cannot be loaded",
        ),
        (
            "base pad",
            "chat_template: chatmd",
            RecipeError,
            "r.yaml:4: no chat template 'chatmd'; there",
        ),
        ("base pad", "chat_template: '{% if %}'", RecipeError, "r.yaml:4: .*not a Jinja template"),
        (
            "base pad",
            "tokenizer: {tokens: {'<n>': {}}}",
            RecipeError,
            "no parent has a row for <n>",
        ),
        (
            "base pad",
            "tokenizer: {tokens: {'<n>': {source: AT/chat}}}",
            RecipeError,
            "none of the par",
        ),
        (
            "base pad",
            "tokenizer: {tokens: {'[PAD]': {source: AT/base}}}",
            RecipeError,
            "has no row for",
        ),
        (
            "base pad",
            "tokenizer: {tokens: {a: {source: {kind: model_token, model: AT/pad, token_id: 99}}}}",
            RecipeError,
            "pad has no row for token_id 99",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(folder, models, more, error, problem):
    tokenized_model(folder / "fr", tokenizer(text=FRENCH), 6)
    tokenized_model(folder / "bare", tokenizer(), 6)
    for file in Path(folder / "bare").glob("tokenizer*"):
        file.unlink()
    with pytest.raises(error, match=f"(?s){problem}"):
        open_parents(recipe_of(folder, *models.split(), more=more))


def test_what_cannot_be_aligned_is_refused_only_where_tokens_move(tmp_path):
    """BART's final_logits_bias has a column for each token."""
    words = tokenizer()
    size = words.get_vocab_size()
    for seed, (name, one) in enumerate({"a": words, "b": words, "c": shuffled(words, 3)}.items()):
        save(tmp_path / name, "bart", seed, vocab_size=size)
        one.save(str(tmp_path / name / "tokenizer.json"))
        settings = {"tokenizer_class": "PreTrainedTokenizerFast"}
        (tmp_path / name / "tokenizer_config.json").write_text(json.dumps(settings))
    open_parents(recipe_of(tmp_path, "a", "b", more="tokenizer_source: base"))
    with pytest.raises(
        ParentError, match=rf"c: its tokens .* final_logits_bias \[1, {size}\] cannot"
    ):
        open_parents(recipe_of(tmp_path, "a", "c", more="tokenizer_source: base"))
