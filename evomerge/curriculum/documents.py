"""Which documents are ones of a task: its fields, their kinds, and texts that are plain."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.curriculum.population import Document
from evomerge.errors import RecipeError
from evomerge.reading.file_kind import DATA
from evomerge.reading.json_text import parse_json

LONGEST = 20_000
"""Characters of a document's text: the longest passages of benchmarks have about 10,000."""
MOST_VALUES = 200
"""Numbers and texts in a document."""
LARGEST = 2**53
"""Beyond it a number is not the same for everyone who reads JSON."""
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They show a text in another order than it has."""


@dataclass(frozen=True)
class DocumentFields:
    """The fields of a task's documents, each with the kinds of values that it has."""

    kinds: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> DocumentFields:
        """Those of a task's own documents: fields that all of them have."""
        names = [name for name in documents[0] if all(name in one for one in documents)]
        return cls({name: frozenset(_kind(one[name]) for one in documents) for name in names})

    def problem(self, document: Document) -> str:
        """Why something is no document of the task; empty where it is one."""
        for name in self.kinds.keys() - document.keys():
            return f"lacks the field {name}"
        for name in sorted(document.keys() - self.kinds.keys()):
            return f"has the field {_shown(name)}, which the task's documents do not have"
        for name, value in document.items():
            if _kind(value) not in self.kinds[name]:
                kinds = " or ".join(sorted(self.kinds[name]))
                return f"{name} is {_kind(value)}, and in the task's documents {kinds}"
        return values_problem(document)

    def read(self, name: str, text: str) -> Any:
        """A field's value from what a template writes: as JSON where the field is no text."""
        if "a text" in self.kinds.get(name, frozenset({"a text"})):
            return text
        try:
            return parse_json(text, name, DATA)
        except RecipeError:
            return text  # which is of the wrong kind, and is told as that


def values_problem(document: Document) -> str:
    """Why the values of a document cannot be used, whatever its task; empty where they can."""
    for count, (name, value) in enumerate(_leaves(document)):
        if count == MOST_VALUES:
            return f"has more than {MOST_VALUES} values"
        if isinstance(value, float) and not math.isfinite(value):
            return f"{_shown(name)} is no finite number"
        if isinstance(value, int | float) and abs(value) >= LARGEST:
            return f"{_shown(name)} is too large a number"
        if isinstance(value, str) and (why := text_problem(value)):
            return f"{_shown(name)} {why}"
    return ""


def text_problem(text: str) -> str:
    """Why a text cannot be used; empty where it can."""
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    for letter in text:
        if letter in _DIRECTIONS or unicodedata.category(letter) in ("Cc", "Cs", "Co"):
            if letter not in "\n\t":
                return f"holds a control character (U+{ord(letter):04X})"
    return ""


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The values and the names in a document, and the field in which each one stands."""
    waiting = [(name, value)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(name or str(key), child) for key, child in value.items()]
            waiting += [(name or "a name", str(key)) for key in value]
        elif isinstance(value, list | tuple):
            waiting += [(name, child) for child in value]
        else:
            yield name, value


def _kind(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, bool) or value is None:
        return "nothing" if value is None else "true or false"
    if isinstance(value, int):
        return "a whole number"
    return "a number" if isinstance(value, float) else "a text"


def _shown(name: str) -> str:
    """A field's name, which may be a stranger's."""
    return name if name.isidentifier() and len(name) <= 40 else repr(name[:40])
