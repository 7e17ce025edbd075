"""A text as a task: its paragraphs are items, and its metrics are their perplexities."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import datasets

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import TEXTS
from evomerge.reading.regular import read_text

_BLANK_LINES = re.compile(r"\n\s*\n")
_PERPLEXITIES = ("bits_per_byte", "byte_perplexity", "word_perplexity")


def text_task(path: Path) -> dict[str, Any]:
    """A task whose items are a text's paragraphs, and whose metrics are their perplexities.

    Paragraphs are separated by blank lines.

    Raises:
        RecipeError: the file cannot be read as UTF-8 text, or holds none.
    """
    try:
        text = read_text(path, TEXTS)
    except RecipeError as error:
        raise RecipeError(str(error).removeprefix(f"{path}: ")) from None
    paragraphs = [part.strip("\n") for part in _BLANK_LINES.split(text) if part.strip()]
    if not paragraphs:
        raise RecipeError("holds no text")
    rows = datasets.Dataset.from_dict({"text": paragraphs})
    return {
        "task": path.stem,
        "custom_dataset": lambda: {"test": rows},
        "test_split": "test",
        "output_type": "loglikelihood_rolling",
        "doc_to_text": "",
        "doc_to_target": "text",
        "metric_list": [{"metric": metric} for metric in _PERPLEXITIES],
    }
