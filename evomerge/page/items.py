"""Items and answers as JSON values, each name once: a page may hold thousands."""

from __future__ import annotations

from typing import Any

from evomerge.report.solved import Solved

LONGEST = 4_000
"""Characters of a question or an answer that a page shows; `evomerge answers` prints all."""


def items_to_json(solved: Solved) -> dict[str, Any]:
    """The models, and each item as a list in the order of `fields`."""
    tasks = [*dict.fromkeys(one.task for one in solved.items)]
    number = {task: n for n, task in enumerate(tasks)}
    marks = {
        name: {(one.task, one.item) for one in items}
        for name, items in (
            ("won", solved.by_winner_alone),
            ("lost", solved.lost_by_winner),
            ("missed", solved.missed_by_elites),
        )
    }
    return {
        "models": [*solved.models],
        "tasks": tasks,
        "graded": sorted({number[one.task] for one in solved.graded}),
        "fields": ["task", "doc", "split", "scores", "question", "gold", "answers", "marks"],
        "items": [
            [
                number[one.task],
                one.doc_id,
                one.split,
                [None if score is None else round(score, 4) for score in one.scores],
                _cut(one.question),
                _cut(one.gold),
                [_cut(answer) for answer in one.answers],
                [name for name, items in marks.items() if (one.task, one.item) in items],
            ]
            for one in solved.items
        ],
    }


def _cut(text: str | None) -> str | None:
    if text is None or len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} … ({len(text) - LONGEST:,} characters more)"
