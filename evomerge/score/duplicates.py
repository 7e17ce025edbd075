"""Questions that are nearly the same: one of them in the search gives away the other in the test.

Two texts are nearly alike when

- their numbers and signs are the same, in the same order: `3 + 7` is not `3 - 7`;
- their word 3-shingles have a Jaccard similarity of 0.7 or more, each shingle weighed by how rare
  it is: a template that all questions of a task share makes no two of them alike;
- they differ in no more than three words in a row: two questions on one passage are two;
- their answers, where both are known, end in the same word: a Winograd pair is two questions.

Case, accents, spaces and the punctuation of prose do not count. Pairs are found exactly, by
prefix filtering (Chaudhuri et al. 2006; Bayardo et al. 2007), and not by sketches.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evomerge.score.item import Item

SIMILARITY = 0.7
"""On GSM8K, 99 % of questions with one word changed are above it, and no two as published."""
WORDS_IN_A_ROW = 3
WIDTH = 3
"""Words in a shingle."""

_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words: each character counts as a word."""
_LETTERS = rf"[^\W\d_{_UNSPACED}]+"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|[{_UNSPACED}]|{_LETTERS}(?:-{_LETTERS})*|\S")
_PROSE = frozenset(".,;:!?'\"`´‘’‚‛“”„«»‹›¿¡·、。「」『』،؛؟।॥")

Shingle = tuple[str, ...]


def without_duplicates(
    items: Sequence[Item],
) -> tuple[list[Item], list[tuple[Item, Item]]]:
    """Leave out questions until no two are nearly alike.

    Of two that are, the one with the smaller id stays: content decides, whatever the order.
    Items without a text are kept.

    Returns:
        The items kept, in the order given; and each one left out, with the one it nearly equals.
    """
    index = _Index(items)
    left_out: dict[str, tuple[Item, Item]] = {}
    for item in sorted(items, key=lambda item: item.id):
        like = next(index.like(item), None)
        if like is None:
            index.add(item)
        else:
            left_out[item.id] = (item, like)
    kept = [item for item in items if item.id not in left_out]
    return kept, [left_out[item.id] for item in items if item.id in left_out]


def across(first: Sequence[Item], second: Sequence[Item]) -> list[tuple[Item, Item]]:
    """The pairs of questions, one of each list, that are nearly alike: in the order of `second`."""
    index = _Index([*first, *second])
    for item in first:
        index.add(item)
    return [(like, item) for item in second for like in index.like(item)]


@dataclass(frozen=True)
class _Text:
    shingles: tuple[Shingle, ...]
    """In the order of the text."""
    kinds: frozenset[Shingle]
    exact: tuple[str, ...]
    """Numbers and signs, in the order of the text."""
    end: str
    """The last word of the answer: of a worked solution, its result."""

    @classmethod
    def of(cls, item: Item) -> _Text | None:
        """What is compared of an item; None where its text has neither words nor signs."""
        tokens = [token for token in _tokens(item.text) if token not in _PROSE]
        if not tokens:
            return None
        words = [token for token in tokens if token[0].isalnum()]
        exact = tuple(token for token in tokens if token[0].isnumeric() or not token[0].isalnum())
        edge = [""] * (WIDTH - 1)
        padded = [*edge, *words, *edge]
        shingles = tuple(zip(*(padded[i:] for i in range(WIDTH)), strict=False))
        answer = [token for token in _tokens(item.gold) if token not in _PROSE]
        return cls(shingles, frozenset(shingles), exact, answer[-1] if answer else "")


class _Index:
    """Items, found again by those that are nearly alike.

    Args:
        items: all that will be added or looked for; they tell which shingles are rare.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._texts = {id(item): _Text.of(item) for item in items}
        known = [text for text in self._texts.values() if text]
        found_in = Counter(shingle for text in known for shingle in text.kinds)
        rarest = sorted(found_in, key=found_in.__getitem__)
        self._rank = {shingle: rank for rank, shingle in enumerate(rarest)}
        # That two share a shingle does not make it common, hence the minus one.
        self._weight = {s: math.log(len(known) / max(found_in[s] - 1, 1)) for s in rarest}
        self._added: list[tuple[Item, _Text]] = []
        self._places: defaultdict[tuple[tuple[str, ...], Shingle], list[int]] = defaultdict(list)

    def add(self, item: Item) -> None:
        text = self._texts[id(item)]
        if text:
            for shingle in self._prefix(text):
                self._places[text.exact, shingle].append(len(self._added))
            self._added.append((item, text))

    def like(self, item: Item) -> Iterator[Item]:
        """The items added that are nearly like this one, in the order in which they were added."""
        text = self._texts[id(item)]
        if text:
            near = {
                place
                for shingle in self._prefix(text)
                for place in self._places.get((text.exact, shingle), ())
            }
            for place in sorted(near):
                other, its_text = self._added[place]
                if self._alike(text, its_text):
                    yield other

    def _prefix(self, text: _Text) -> list[Shingle]:
        """The rarest shingles, of which any text so similar has at least one among its own."""
        rarest = sorted(text.kinds, key=self._rank.__getitem__)
        rest = self._total(rarest)
        needed = rest * SIMILARITY * (1 - 1e-9)
        prefix: list[Shingle] = []
        for shingle in rarest:
            if prefix and rest < needed:
                break
            prefix.append(shingle)
            rest -= self._weight[shingle]
        return prefix

    def _alike(self, one: _Text, other: _Text) -> bool:
        if one.exact != other.exact:
            return False
        if one.shingles == other.shingles:
            return True
        if one.end and other.end and one.end != other.end:
            return False
        # Before the weights, because it is quicker and most often no.
        if _differ_at_length(one, other) or _differ_at_length(other, one):
            return False
        shared, together = one.kinds & other.kinds, one.kinds | other.kinds
        return self._total(shared) >= SIMILARITY * self._total(together)

    def _total(self, shingles: Iterable[Shingle]) -> float:
        """Rounded once, so that the order of a set decides nothing."""
        return math.fsum(self._weight[shingle] for shingle in shingles)


def _tokens(text: str) -> list[str]:
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if unicodedata.category(c)[0] != "M")
    return _TOKEN.findall(text.casefold())


def _differ_at_length(one: _Text, other: _Text) -> bool:
    """Whether too many words in a row are not the other's: one such word spoils WIDTH shingles."""
    run = 0
    for shingle in one.shingles:
        run = 0 if shingle in other.kinds else run + 1
        if run >= WORDS_IN_A_ROW + WIDTH:
            return True
    return False
