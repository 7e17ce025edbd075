"""Tokenizers trained on a few words, and tiny models that have a row for each of their tokens."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from tests.tiny import CONFIG, tiny_tensors, write_model

ENGLISH = ["the cat sat on the mat near the river bank", "a dog and a cat were running quickly"]
FRENCH = ["les chats mangent des souris grises", "où est la bibliothèque du village"]
SPECIAL = ["<s>", "</s>", "<unk>"]


def tokenizer(
    kind: str = "bpe", size: int = 50, added: Sequence[str] = (), text: Sequence[str] = ENGLISH
) -> Tokenizer:
    """A tokenizer of one of the kinds that there are, with tokens added behind its own."""
    if kind == "bpe":
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        options = {"initial_alphabet": ["Ġ"]}
        trainer = trainers.BpeTrainer(
            vocab_size=size, special_tokens=SPECIAL, show_progress=False, **options
        )
    elif kind == "wordpiece":
        made = Tokenizer(models.WordPiece(unk_token="<unk>"))
        made.pre_tokenizer = pre_tokenizers.Whitespace()
        trainer = trainers.WordPieceTrainer(
            vocab_size=size, special_tokens=SPECIAL, show_progress=False
        )
    else:
        made = Tokenizer(models.Unigram())
        made.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=size, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False
        )
    made.train_from_iterator([*text] * 20, trainer)
    made.add_tokens([AddedToken(token, special=True, normalized=False) for token in added])
    return made


def shuffled(original: Tokenizer, seed: int) -> Tokenizer:
    """The same BPE tokenizer with its ordinary tokens numbered otherwise."""
    state = json.loads(original.to_str())
    vocabulary, special = state["model"]["vocab"], {t["content"] for t in state["added_tokens"]}
    tokens = sorted(token for token in vocabulary if token not in special)
    numbers = [vocabulary[token] for token in tokens]
    random.Random(seed).shuffle(numbers)
    vocabulary.update(zip(tokens, numbers, strict=True))
    return Tokenizer.from_str(json.dumps(state))


def tokenized_model(
    folder: Path, words: Tokenizer, seed: int, rows: int | None = None, **config: object
) -> str:
    """A tiny model with a tokenizer, and a head of its own; its name for a recipe."""
    rows = rows or words.get_vocab_size()
    generator = torch.Generator().manual_seed(seed)
    tensors = tiny_tensors(seed)
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        tensors[name] = torch.randn((rows, 8), generator=generator)
    write_model(
        folder, tensors, {**CONFIG, "vocab_size": rows, "tie_word_embeddings": False, **config}
    )
    words.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return str(folder)
