"""The file that `score --answers` writes: a line of JSON for each item."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from evomerge.engine.request import Response, to_plain
from evomerge.ledger import ItemScore
from evomerge.new_file import new_file
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item

_UNWRITTEN = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON lets stand and a terminal may obey, or no file can hold."""


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
    with new_file(path) as file:
        file.write("".join(map(_line, lines)).encode())


def _line(facts: dict[str, object]) -> str:
    text = json.dumps(facts, ensure_ascii=False)
    return _UNWRITTEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
