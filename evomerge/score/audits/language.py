"""Which language a model answers in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LETTERS = 80
"""Fewer do not tell a language: short answers are read together."""


def languages(texts: Iterable[str]) -> dict[str, int]:
    """How many passages are in which language, by its ISO 639 code; the most frequent first.

    A passage is a text, or several in a row, of 80 letters or more. Digits and signs are in no
    language, so answers that are mere numbers make no passage.
    """
    counted = Counter(_identifier().classify(passage)[0] for passage in _passages(texts))
    return dict(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))


def _passages(texts: Iterable[str]) -> Iterator[str]:
    words: list[str] = []
    letters = 0
    for text in texts:
        spoken = ["".join(c for c in word if not c.isdigit()) for word in text.split()]
        words += [word for word in spoken if any(c.isalpha() for c in word)]
        letters += sum(c.isalpha() for c in text)
        if letters >= LETTERS:
            yield " ".join(words)
            words, letters = [], 0


@cache
def _identifier() -> LanguageIdentifier:
    """Langid.py's classifier (Lui and Baldwin 2012), whose model ships with the package."""
    return LanguageIdentifier.from_model_file(MODEL_FILE)
