"""Tokenizers with more tokens: the ids that were stay, and transformers reads them all."""

import json

import pytest
from tokenizers import AddedToken

from evomerge.errors import ParentError
from evomerge.weights.vocabularies.tokenizer import TokenizerFiles, chat_template_of, load_tokenizer
from tests.tokenized import tokenized_model, tokenizer

NEW = [AddedToken("<|im_start|>", special=True, normalized=False), AddedToken("<tool>")]


@pytest.mark.parametrize("kind", ["bpe", "wordpiece", "unigram"])
def test_more_tokens_stand_behind_the_others(tmp_path, kind):
    tokenized_model(tmp_path / "m", tokenizer(kind, added=["[PAD]"]), 0)
    before = load_tokenizer(tmp_path / "m")
    after = TokenizerFiles.of(tmp_path / "m").with_tokens(NEW).load()
    size = len(before)
    assert after.get_vocab() == {**before.get_vocab(), "<|im_start|>": size, "<tool>": size + 1}
    text = "the cat sat on the mat"
    assert after(text).input_ids == before(text).input_ids
    assert after("<|im_start|>the cat<tool>", add_special_tokens=False).input_ids == [
        size,
        *before("the cat", add_special_tokens=False).input_ids,
        size + 1,
    ]
    assert (after.bos_token_id, after.eos_token_id) == (before.bos_token_id, before.eos_token_id)
    assert after.decode([size, size + 1], skip_special_tokens=True) == "<tool>"


def test_special_tokens_that_only_the_config_names_keep_their_place(tmp_path):
    folder = tmp_path / "m"
    tokenized_model(folder, tokenizer(), 0)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config["pad_token"] = "[PAD]"
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    before = load_tokenizer(folder)
    assert before.pad_token_id == len(before) - 1
    after = TokenizerFiles.of(folder).with_tokens(NEW).load()
    assert after.pad_token_id == before.pad_token_id
    assert len(after) == len(before) + len(NEW)


def test_what_tokenizer_config_lists_is_kept_complete(tmp_path):
    folder = tmp_path / "m"
    tokenized_model(folder, tokenizer(), 0)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config["added_tokens_decoder"] = {"0": {"content": "<s>", "special": True}}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    (folder / "added_tokens.json").write_text("{}")
    files = TokenizerFiles.of(folder).with_tokens(NEW)
    listed = {entry["content"] for entry in files.config["added_tokens_decoder"].values()}
    assert listed == {"<s>", "</s>", "<unk>", "<|im_start|>", "<tool>"}
    assert "added_tokens.json" not in {file.name for file in files.copied}
    assert "<tool>" in files.load().get_vocab()


def test_a_chat_template_is_written_where_all_loaders_look(tmp_path):
    folder = tmp_path / "m"
    tokenized_model(folder, tokenizer(), 0)
    assert chat_template_of(folder) is None
    files = TokenizerFiles.of(folder)
    assert files.load().chat_template is None
    files = files.with_chat_template("{{ messages }}")
    assert files.load().chat_template == "{{ messages }}"
    assert files.config["chat_template"] == "{{ messages }}"
    named = [{"name": "default", "template": "D"}, {"name": "tools", "template": "T"}]
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    assert chat_template_of(folder) == "D"
    (folder / "chat_template.jinja").write_text("J")
    assert chat_template_of(folder) == "J"


def test_a_package_that_a_tokenizer_takes_is_named_with_what_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "evomerge.weights.vocabularies.tokenizer._is_installed", lambda module: False
    )
    (tmp_path / "spiece.model").write_bytes(b"\n\x0e\n\x05<unk>")
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(
        ParentError,
        match=r"spiece.model is read by sentencepiece and protobuf: pip "
        "install sentencepiece protobuf",
    ):
        load_tokenizer(tmp_path)
