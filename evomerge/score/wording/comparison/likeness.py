"""Whether two questions are nearly the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from evomerge.score.wording.answers import same_answer
from evomerge.score.wording.comparison.additions import without_additions
from evomerge.score.wording.comparison.order import same_numbers
from evomerge.score.wording.grams import Rarity
from evomerge.score.wording.question import Mask, Question
from evomerge.score.wording.sentences import Sentence

SIMILARITY = 0.7
"""Of all that two texts say, by weight, what they must share."""
SIMILARITY_OF_SUMS = 0.5
"""The same of two that share the number that is the answer, and many numbers, or all words but a
name."""
_SIGNS = frozenset("#%&*/@\\")
"""Signs that Unicode counts as punctuation: `6 * 3` and `6 / 3` are two questions."""


def alike(
    one: Question, other: Question, rarity: Rarity, templates: tuple[Mask, Mask] | None = None
) -> bool:
    """Whether two questions are nearly the same.

    Args:
        rarity: of the grams of all questions at hand.
        templates: which sentences of each question most questions of its task share.
    """
    if not same_answer(one.answer, other.answer):
        return _verbatim(one.text) == _verbatim(other.text)
    kept = without_additions(one, other, templates)
    if kept is None:
        return False
    ours, theirs = _chosen(one, kept[0]), _chosen(other, kept[1])
    if not same_numbers(ours, theirs):
        return False
    likeness = rarity.likeness(one.grams_of(kept[0]), other.grams_of(kept[1]))
    if likeness >= SIMILARITY:
        return True
    computed = one.is_computed and other.is_computed
    surely = one.has_many_numbers or _renamed(ours, theirs)
    return likeness >= SIMILARITY_OF_SUMS and computed and surely


def _chosen(question: Question, kept: Mask) -> list[Sentence]:
    return [sentence for sentence, keep in zip(question.sentences, kept, strict=True) if keep]


def _renamed(one: Sequence[Sentence], other: Sequence[Sentence]) -> bool:
    """Whether one word, wherever it stands, is another in the other text, and nothing else is."""
    ours, theirs = ([word for sentence in text for word in sentence.words] for text in (one, other))
    if len(ours) != len(theirs):
        return False
    changed = {pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]}
    return len(changed) == 1 and all(a not in theirs and b not in ours for a, b in changed)


def _verbatim(text: str) -> str:
    """A text but for its case, its spaces and the punctuation of prose."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        c for c in folded if c in _SIGNS or not (c.isspace() or unicodedata.category(c) == "Po")
    )
