"""Texts tried before a tokenizer is given them: its file has patterns and replacements of its own.

A pattern may take for ever, and what matches it in the tokenizer gives up with a panic; twenty
replacements that each double a text make a million of it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from evomerge.backtracking import most_steps
from evomerge.confined import Confined, Exceeded
from evomerge.errors import ParentError

MOST_STEPS = 1e9
"""Of patterns, for a text that is not tried: some seconds at the very most, and mostly none. Texts
of 400 characters are not, with the patterns of Llama 3 or Qwen."""
MOST_GROWTH = 16.0
"""Times as long as a text was, once all is replaced."""
MOST_NEW = 10_000
"""Tokens that are turned into text at once."""


class LimitedTokenizing:
    """Tries texts in a process of its own, where those may take long.

    Args:
        tokenizer: as transformers loads it.

    Raises:
        ParentError: to turn its tokens into text may take for ever.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._name = tokenizer.name_or_path
        backend = getattr(tokenizer, "backend_tokenizer", None)
        self._patterns: list[str] = []
        self._growth = 1.0
        for part in ("normalizer", "pre_tokenizer"):
            for pattern, growth in _replaced(getattr(backend, part, None)):
                if pattern:
                    self._patterns.append(pattern)
                self._growth *= max(1.0, growth)
        for pattern, growth in _replaced(getattr(backend, "decoder", None)):
            if growth > MOST_GROWTH or (pattern and most_steps(pattern, MOST_NEW) > MOST_STEPS):
                raise ParentError(
                    f"{self._name}: the decoder of its tokenizer replaces {pattern[:40]!r}, which "
                    "may take for ever"
                )
        self._trial = Confined(lambda text: len(tokenizer(text)["input_ids"]))

    def require(self, texts: Sequence[str]) -> None:
        """Check that texts can be tokenized.

        Raises:
            ParentError: to tokenize one takes too much time or memory, or cannot be done.
        """
        for text in texts:
            if self._is_quick(text):
                continue
            try:
                self._trial(text)
            except Exceeded as error:
                raise ParentError(f"{self._told(text)} {error}") from None
            except RuntimeError as error:
                raise ParentError(f"{self._told(text)} cannot be done ({error})") from None

    @contextlib.contextmanager
    def panics_told(self) -> Iterator[None]:
        """Have it told where the tokenizer, which is written in Rust, meets what it cannot do.

        Raises:
            ParentError: it does.
        """
        try:
            yield
        except BaseException as error:
            if type(error).__module__ != "pyo3_runtime":
                raise
            raise ParentError(f"{self._name}: its tokenizer is damaged ({error})") from None

    def _is_quick(self, text: str) -> bool:
        if self._growth > MOST_GROWTH:
            return False
        length = int(len(text) * self._growth)
        return all(most_steps(pattern, length) <= MOST_STEPS for pattern in self._patterns)

    def _told(self, text: str) -> str:
        return f"{self._name}: to tokenize a text of {len(text):,} characters ({text[:40]!r}…)"


def _replaced(part: Any) -> Iterator[tuple[str, float]]:
    """Each pattern of a part of a tokenizer, "" where it is a text; and how a match may grow."""
    if part is None:
        return
    waiting: list[Any] = [json.loads(part.__getstate__())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), dict):
                pattern, text = node["pattern"].get("Regex", ""), node["pattern"].get("String", "")
                yield str(pattern), len(str(node.get("content") or "")) / max(1, len(str(text)))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
