"""Columns with which lm-eval can evaluate a task, found by trying and mending."""

from __future__ import annotations

import copy
import re
import traceback
from collections.abc import Callable, Iterator

from benchmarks.standins.reading import Columns, fields_in
from benchmarks.standins.shape import Shape
from evomerge.score.foreign_code.cause import cause

ATTEMPTS = 60

_HOPELESS = re.compile(r"(ModuleNotFound|Import|FileNotFound|Connection)Error|Please install")
"""What no columns mend: something that is not installed, or not on this machine."""

_FIELD = re.compile(r"([A-Za-z_][\w ./-]*?) \d+ \d+: ")
_KINDS = ("number", "letter", "index", "list", "text", "json", "dict")
_STAGES = ("", "evaluate", "apply_filters", "process_results", "_process_results")
"""What lm-eval does one after the other, after it has loaded a task."""


def fit(columns: Columns, attempt: Callable[[Columns], object]) -> tuple[Columns, str]:
    """Columns with which an attempt succeeds, and why the best of them does not; "" if they do."""
    best, (stage, error) = columns, _tried(attempt, columns)
    seen, left, progress = {error}, ATTEMPTS, True
    while error and progress and left > 0 and not _HOPELESS.search(error):
        progress = False
        for changed in _changes(best, error):
            left -= 1
            at, told = _tried(attempt, changed)
            further = at == stage and told not in seen and not _is_made_by(told, error)
            if at > stage or further:
                best, stage, error, progress = changed, at, told, True
                seen.add(told)
                break
            if left <= 0:
                break
    return best, error


def _is_made_by(told: str, before: str) -> bool:
    """Whether what is told now comes of the change: a kind that lacks what is done to the field."""
    lacks = "object has no attribute"
    return lacks in told and (lacks not in before or told.split("'")[-2:] == before.split("'")[-2:])


def _tried(attempt: Callable[[Columns], object], columns: Columns) -> tuple[int, str]:
    """How far an attempt comes, and what ends it; "" if nothing does."""
    try:
        attempt(columns)
    except (Exception, SystemExit) as error:
        names = {frame.name for frame in traceback.extract_tb(error.__traceback__)}
        return max(n for n, name in enumerate(_STAGES) if name in names or not n), cause(error)
    return len(_STAGES), ""


def _changes(columns: Columns, error: str) -> Iterator[Columns]:
    """The columns, changed in one place each, the likeliest change first."""
    missing = re.search(r"'(\w+)' is undefined|KeyError: '([^']+)'|has no attribute '(\w+)'", error)
    name = next(filter(None, missing.groups()), "") if missing else ""
    if name and name not in columns and "has no attribute" not in error:
        yield {**copy.deepcopy(columns), name: Shape()}
    mentioned = {match.split(".")[-1] for match in _FIELD.findall(error)}
    places = [place for place, _ in fields_in(columns)]
    places.sort(key=lambda place: place.removesuffix("[]").split(".")[-1] not in mentioned)
    for place in places:
        for kind in _KINDS:
            changed = copy.deepcopy(columns)
            shape = dict(fields_in(changed))[place]
            if shape.kind == kind or (shape.options and kind == "text"):
                continue
            if kind == "dict" and (not name or hasattr(str, name)):
                continue
            shape.options = []
            shape.kind = kind
            if kind == "list":
                shape.entry()
            if kind == "dict":
                shape.part(name)
            yield changed
            if kind == "list" and name:
                shape.entry().part(name)
                yield changed
