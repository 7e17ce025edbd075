"""The small files of a model folder: tokenizer, generation config."""

from __future__ import annotations

from pathlib import Path

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "chat_template.jinja",
    "chat_template.json",
)
GENERATION_CONFIG = "generation_config.json"


def tokenizer_files(folder: Path) -> list[Path]:
    """The tokenizer's files, to be copied as they are.

    A tokenizer that transformers 5 has loaded and saved again fails in transformers 4.
    """
    return [folder / name for name in TOKENIZER_FILES if (folder / name).is_file()]


def settings_files(folder: Path) -> list[Path]:
    """All small files by which the same weights would answer otherwise."""
    named = [folder / "config.json", folder / GENERATION_CONFIG]
    return [*(file for file in named if file.is_file()), *tokenizer_files(folder)]
