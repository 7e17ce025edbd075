"""Answers of models, printed to be read."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from evomerge.cli.printable import printable
from evomerge.report.answers import AnsweredItem

INDENT = "    "


def print_answers(items: Sequence[AnsweredItem]) -> None:
    """Question, right answer, and every model's answer with its score, item by item."""
    if not items:
        print("there are no such answers", file=sys.stderr)
    for item in items:
        print(f"{printable(item.task)} {item.item} ({item.split}, document {item.doc_id})")
        print(_block("question", item.question))
        if item.gold:
            print(_block("right answer", item.gold))
        for answer in item.answers:
            print(_block(f"{answer.model}, score {answer.score:.4g}", answer.text))
        print()


def _block(title: str, text: str) -> str:
    """A text behind its title, or below it where it has several lines."""
    lines = printable(text).split("\n")
    if len(lines) == 1:
        return f"  {printable(title)}: {lines[0]}"
    return "\n".join([f"  {printable(title)}:", *(f"{INDENT}{line}" for line in lines)])
