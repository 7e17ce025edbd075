"""Every small file that transformers looks for is known, and fetched from the Hub."""

import re
from pathlib import Path

import transformers
from transformers.utils import PROCESSOR_NAME, VIDEO_PROCESSOR_NAME

from evomerge.weights.checkpoint.files import (
    PROCESSOR_FILES,
    TOKENIZER_FILES,
    holds_tokenizer,
    processor_files,
    settings_files,
    tokenizer_files,
)

NAMES = re.compile(r"^VOCAB_FILES_NAMES = \{(.*?)\}", re.DOTALL | re.MULTILINE)


def test_all_tokenizers_of_transformers_keep_their_files():
    there = Path(transformers.__file__).parent.glob("models/*/tokenization_*.py")
    found = NAMES.findall("\n".join(file.read_text("utf-8") for file in there))
    named = set(re.findall(r':\s*"([^"]+)"', "\n".join(found)))
    assert {"spm.model", "vocab.txt", "source.spm"} <= named <= {*TOKENIZER_FILES}
    assert {PROCESSOR_NAME, VIDEO_PROCESSOR_NAME} <= {*PROCESSOR_FILES}


def test_what_is_there_is_found(tmp_path):
    for name in ("config.json", "vocab.txt", "processor_config.json", "notes.txt"):
        (tmp_path / name).touch()
    assert tokenizer_files(tmp_path) == [tmp_path / "vocab.txt"]
    assert processor_files(tmp_path) == [tmp_path / "processor_config.json"]
    assert settings_files(tmp_path, tmp_path) == [tmp_path / "config.json", tmp_path / "vocab.txt"]


def test_settings_alone_are_no_tokenizer(tmp_path):
    (tmp_path / "tokenizer_config.json").touch()
    (tmp_path / "chat_template.jinja").touch()
    assert not holds_tokenizer(tmp_path)
    (tmp_path / "tokenizer.model").touch()
    assert holds_tokenizer(tmp_path)
