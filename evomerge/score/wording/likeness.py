"""Whether two questions are nearly the same."""

from __future__ import annotations

import unicodedata

from evomerge.score.wording.additions import without_additions
from evomerge.score.wording.answers import same_answer
from evomerge.score.wording.grams import Rarity
from evomerge.score.wording.order import same_numbers
from evomerge.score.wording.question import Mask, Question
from evomerge.score.wording.sentences import Sentence

SIMILARITY = 0.7
"""Of all that two texts say, by weight, what they must share."""
SIMILARITY_OF_SUMS = 0.5
"""The same of two that share their numbers and the number that is the answer."""


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
    if kept is None or not same_numbers(_chosen(one, kept[0]), _chosen(other, kept[1])):
        return False
    sums = one.is_sum and other.is_sum
    likeness = rarity.likeness(one.grams_of(kept[0]), other.grams_of(kept[1]))
    return likeness >= (SIMILARITY_OF_SUMS if sums else SIMILARITY)


def _chosen(question: Question, kept: Mask) -> list[Sentence]:
    return [sentence for sentence, keep in zip(question.sentences, kept, strict=True) if keep]


def _verbatim(text: str) -> str:
    """A text but for its case, its spaces and its punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c)[:2] != "Po")
