"""Items whose own right answer does not pass their checks, so that no model's can either."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.score.items.item import Item
from evomerge.score.judges.program import Program

FIELDS = ("canonical_solution", "reference_solution", "solution", "code")
"""Of a document, where code tasks keep the right answer that they ask for no model's words."""
FIRST = 3
"""Items by which it is found where the right answers are."""
SECONDS = 20.0
"""Of wall time, after which the others are not tried: some 100 programs a core."""
AT_ONCE = 16
SHOWN = 5
TARGET = "doc_to_target"


def untrue_golds(template: str, items: Sequence[Item], docs: Mapping[str, Any]) -> list[str]:
    """Run the right answers of code items against their own checks, in the sandbox.

    Args:
        template: of the programs, as a recipe has it.
        docs: the document of each item, by its id.

    Returns:
        How many do not pass, and which, in a sentence; nothing where all do, or where no right
        answer is known.

    Raises:
        RecipeError: a document lacks a field of the template.
    """
    program = Program(template)
    fields = [name for name in FIELDS if items and isinstance(docs[items[0].id].get(name), str)]
    passing = {
        place: sum(_passed(program, items[:FIRST], docs, place)) for place in (*fields, TARGET)
    }
    if not any(passing.values()):
        return [f"the right answers in {fields[0]} do not pass their own checks"] if fields else []
    best = max(passing, key=lambda name: passing[name])
    failed: list[Item] = []
    tried, end = 0, time.monotonic() + SECONDS
    while tried < len(items) and time.monotonic() < end:
        some = items[tried : tried + AT_ONCE]
        found = zip(some, _passed(program, some, docs, best), strict=True)
        failed += [item for item, passed in found if not passed]
        tried += len(some)
    if not failed:
        return []
    named = ", ".join(str(item.doc_id) for item in failed[:SHOWN])
    more = f" and {len(failed) - SHOWN} more" if len(failed) > SHOWN else ""
    return [
        f"{len(failed)} of {tried} items have a right answer ({best}) that does not pass their own "
        f"checks, so no model's can: documents {named}{more}"
    ]


def _passed(
    program: Program, items: Sequence[Item], docs: Mapping[str, Any], place: str
) -> list[bool]:
    """Whether the answers that stand in a place pass."""
    of = [docs[item.id] for item in items]
    fields = [str(doc.get(place) or "") for doc in of]
    answers = [item.gold for item in items] if place == TARGET else fields
    return [score == 1.0 for score in program.scores(of, answers)]
