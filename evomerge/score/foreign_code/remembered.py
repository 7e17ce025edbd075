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


def remember(owner: Any, *methods: str) -> None:
    """Have an object keep what its methods make of a document.

    Of an lm-eval task it is the same for every offspring, and to compile its templates again for
    each answer is most of what judging takes otherwise.
    """
    for name in methods:
        method = getattr(owner, name)
        if not isinstance(method, Remembered):
            setattr(owner, name, Remembered(method))


@contextlib.contextmanager
def all_forgotten(owner: Any) -> Iterator[None]:
    """Have nothing of what an object remembers used for a while."""
    with contextlib.ExitStack() as anew:
        for method in vars(owner).values():
            if isinstance(method, Remembered):
                anew.enter_context(method.forgotten())
        yield
