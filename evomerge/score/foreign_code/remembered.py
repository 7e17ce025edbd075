"""What a task makes of a document, made once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any


class Remembered:
    """A method of one document that is called once for each; the documents outlive it."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self._method = method
        self._known: dict[int, tuple[Any, Any]] = {}

    def __call__(self, doc: Any, *others: Any, **named: Any) -> Any:
        """What the method makes of the document."""
        if others or named:
            return self._method(doc, *others, **named)
        known = self._known.get(id(doc))
        if known is None:
            known = self._known[id(doc)] = (doc, self._method(doc))
        return known[1]

    @contextlib.contextmanager
    def forgotten(self) -> Iterator[None]:
        """Call the method anew for a while, and remember again afterwards what was known before."""
        known, self._known = self._known, {}
        try:
            yield
        finally:
            self._known = known
