"""The items of the zoo's tasks: held-out questions, drawn with a fixed seed, as JSON lines."""

from __future__ import annotations

import json
import random
from pathlib import Path

from scripts.zoo.skills import SPECIALISTS, Skill, add, reverse

ITEMS = 500
COMPOSED: dict[str, Skill] = {
    "arithmetic_french": ((add, "french"),),
    "reverse_french": ((reverse, "french"),),
}
"""Skills that need two specialists at once, and that nobody was trained on."""


def write_items(folder: Path) -> None:
    """Write `NAME.jsonl` for each task."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, skill) in enumerate({**SPECIALISTS, **COMPOSED}.items(), start=100):
        rows = _items(skill, random.Random(seed))
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def _items(skill: Skill, rng: random.Random) -> list[dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    while len(rows) < ITEMS:
        operation, style = rng.choice(skill)
        question = operation(rng, style)
        if question.held_out and question.text not in rows:
            row: dict[str, object] = {"question": question.text, "answer": question.answer}
            if question.choices:
                row["choices"] = list(question.choices)
            rows[question.text] = row
    return list(rows.values())
