"""The file that `score --answers` writes: a line of JSON for each item."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from evomerge.engine.request import Response, to_plain
from evomerge.errors import UserError
from evomerge.ledger import ItemScore
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item

_UNWRITTEN = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON lets stand and a terminal may obey, or no file can hold."""


def check_answer_file(path: Path) -> None:
    """Check, before anything is scored, that the file can be made.

    Raises:
        UserError: it exists, or its folder does not or cannot be written to.
    """
    if path.exists() or path.is_symlink():
        raise UserError(f"--answers {path}: exists already; name a new file or remove it")
    if not path.parent.is_dir():
        raise UserError(f"--answers {path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise UserError(f"--answers {path}: {path.parent} cannot be written to")


def write_answers(
    path: Path,
    benchmark: Benchmark,
    items: Sequence[Item],
    responses: Sequence[Sequence[Response]],
    scores: Sequence[ItemScore],
) -> None:
    """Write question, right answer, answer and score of each item; whole, or not at all."""
    by_item = {(score.task, score.item): score.value for score in scores}
    questions = benchmark.in_words(items)
    lines = [
        {
            "task": item.task,
            "item": item.id,
            "doc_id": item.doc_id,
            "question": question.text,
            "gold": question.gold,
            "answer": question.said(to_plain(answered)),
            "score": by_item[item.key],
        }
        for item, question, answered in zip(items, questions, responses, strict=True)
    ]
    made = path.with_name(f".{path.name}.partial")
    made.write_text("".join(map(_line, lines)), encoding="utf-8")
    made.replace(path)


def _line(facts: dict[str, object]) -> str:
    text = json.dumps(facts, ensure_ascii=False)
    return _UNWRITTEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
