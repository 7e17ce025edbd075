import pytest

from tests.tokenized import shuffled, tokenized_model, tokenizer


@pytest.fixture
def folder(tmp_path):
    """A base, and parents with tokens added, numbered otherwise, or with rows to spare."""
    tokenized_model(tmp_path / "base", tokenizer(), 1)
    tokenized_model(tmp_path / "pad", tokenizer(added=["[PAD]"]), 2)
    tokenized_model(tmp_path / "chat", tokenizer(added=["<|im_start|>", "[PAD]"]), 3)
    tokenized_model(tmp_path / "other", shuffled(tokenizer(added=["<x>"]), 5), 4)
    tokenized_model(tmp_path / "wide", tokenizer(), 5, rows=64)
    return tmp_path
