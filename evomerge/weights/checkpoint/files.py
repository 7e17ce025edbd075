"""The small files of a model folder: tokenizer, processor, generation config."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from evomerge.reading.file_kind import BESIDE, SETTINGS, TOKENIZER, FileKind
from evomerge.reading.regular import present

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "bpe.codes",
    "byte_maps.json",
    "dict.txt",
    "emoji.json",
    "entity_vocab.json",
    "merges.txt",
    "normalizer.json",
    "prophetnet.tokenizer",
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "source.spm",
    "spiece.model",
    "spm.model",
    "spm_char.model",
    "target.spm",
    "target_vocab.json",
    "tekken.json",
    "tokenizer.model",
    "vocab-src.json",
    "vocab-tgt.json",
    "vocab.json",
    "vocab.txt",
    "word_pronunciation.json",
    "word_shape.json",
)
_BESIDE_TOKENS = frozenset(
    {
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "chat_template.jinja",
        "chat_template.json",
    }
)
PROCESSOR_FILES = (
    "audio_tokenizer_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "video_preprocessor_config.json",
)
CONFIG = "config.json"
GENERATION_CONFIG = "generation_config.json"


def tokenizer_files(folder: Path) -> list[Path]:
    """The tokenizer's files, to be copied as they are.

    A tokenizer that transformers 5 has loaded and saved again fails in transformers 4.

    Raises:
        ParentError: one is no regular file, too large, or a link out of the folder.
    """
    return _present(folder, TOKENIZER_FILES, TOKENIZER)


def holds_tokenizer(folder: Path) -> bool:
    """Whether there is a whole tokenizer, and not only settings of one."""
    return any(file.name not in _BESIDE_TOKENS for file in tokenizer_files(folder))


def processor_files(folder: Path) -> list[Path]:
    """What says how images, sounds and films are handed to the model."""
    return _present(folder, PROCESSOR_FILES, BESIDE)


def settings_files(folder: Path, tokenizer_folder: Path) -> list[Path]:
    """All small files by which the same weights would answer a text otherwise."""
    named = _present(folder, (CONFIG, GENERATION_CONFIG), SETTINGS)
    return [*named, *tokenizer_files(tokenizer_folder)]


def _present(folder: Path, names: Iterable[str], kind: FileKind) -> list[Path]:
    return [file for name in names if (file := present(folder, name, kind))]
