"""The examples of an adapter in its folder, one a line, with the tokens that they were."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.reading.file_kind import FileKind
from evomerge.reading.json_text import parse_json
from evomerge.reading.regular import read_text
from evomerge.training.example import Example, distinct
from evomerge.training.texts import TrainingText

EXAMPLES = FileKind("a file of examples", 10**9, ParentError)


def to_lines(examples: Iterable[Example], texts: Iterable[TrainingText]) -> str:
    """The file's text: distinct examples in the order of their hashes.

    Args:
        texts: of those that are trained on.
    """
    of = {text.name: text for text in texts}
    return "".join(f"{json.dumps(_row(one, of))}\n" for one in distinct(examples))


def _row(example: Example, texts: Mapping[str, TrainingText]) -> dict[str, Any]:
    said = {"prompt": example.prompt, "answer": example.answer, "origin": example.origin}
    if (text := texts.get(example.sha256)) is None:
        return said
    return {**said, "tokens": text.tokens, "learnt": text.learnt}


def from_file(path: Path) -> tuple[list[Example], list[TrainingText]]:
    """All examples, and the texts of those that were trained on.

    Raises:
        ParentError: it cannot be read, or holds something else.
    """
    examples, texts = [], []
    for number, line in enumerate(read_text(path, EXAMPLES).split("\n"), start=1):
        if not line:
            continue
        row = parse_json(line, str(path), EXAMPLES, number)
        try:
            example, text = _from_row(row)
        except (KeyError, TypeError, ValueError) as error:
            raise ParentError(f"{path}:{number}: is no example ({error!r})") from None
        examples.append(example)
        texts += [text] if text is not None else []
    return examples, texts


def _from_row(row: Any) -> tuple[Example, TrainingText | None]:
    prompt = row["prompt"] if isinstance(row["prompt"], str) else _tokens(row["prompt"])
    answer, origin = row["answer"], row["origin"]
    if not isinstance(answer, str) or not isinstance(origin, str):
        raise TypeError("answer and origin are texts")
    example = Example(prompt, answer, origin)
    if "tokens" not in row:
        return example, None
    tokens, learnt = _tokens(row["tokens"]), row["learnt"]
    if type(learnt) is not int or not 0 < learnt < len(tokens):
        raise ValueError("learnt counts some of the tokens")
    return example, TrainingText(example.sha256, tokens, learnt)


def _tokens(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or any(type(one) is not int or one < 0 for one in value):
        raise TypeError("tokens are a list of numbers")
    return tuple(value)
