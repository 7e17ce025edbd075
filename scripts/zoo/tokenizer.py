"""The zoo's tokenizer: byte-level BPE, digits one by one, every word of the language one token."""

from __future__ import annotations

import random

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from scripts.zoo.skills import LATENTS, PLAIN, draw

SPECIAL = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Train the tokenizer on questions and answers of the language."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\d| ?[^\s\d]+|\s"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        min_frequency=50,
        special_tokens=list(SPECIAL.values()),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    rng = random.Random(0)
    questions = [draw(skill, rng) for skill in (PLAIN, *LATENTS) for _ in range(4000)]
    tokenizer.train_from_iterator((f"{q.text} {q.answer} {q.habit}" for q in questions), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=256, padding_side="left", **SPECIAL
    )
