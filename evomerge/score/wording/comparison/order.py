"""Whether two texts have the same numbers in the same places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from evomerge.score.wording.sentences import Sentence, same_exactly

_MOST = 64
"""Sentences with numbers, said otherwise and in another order, that are compared each with each."""


def same_numbers(one: Sequence[Sentence], other: Sequence[Sentence]) -> bool:
    """Whether numbers and signs are the same in the same order, or moved with their sentences.

    A sentence that has moved must be as like to one with its numbers as to any with others, and
    one that has not may not stand elsewhere word for word: two sentences that have exchanged
    their numbers are not two that have exchanged their places.
    """
    in_order = same_exactly(_exact(one), _exact(other))
    ours, theirs = Counter(filter(_numbered, one)), Counter(filter(_numbered, other))
    mine, yours = list((ours - theirs).elements()), list((theirs - ours).elements())
    if len(mine) != len(yours) or len(mine) > _MOST:
        return in_order
    if in_order:
        return not (_exchanged(mine, yours) or _exchanged(yours, mine))
    kept = list((ours & theirs).elements())
    return _all_at_home(mine, yours, kept) and _all_at_home(yours, mine, kept)


def _exchanged(moved: Sequence[Sentence], places: Sequence[Sentence]) -> bool:
    """Whether a sentence stands there word for word with other numbers, and not with its own."""
    return any(
        any(sentence.words == match.words for match in places)
        and not any(
            sentence.words == match.words and same_exactly(sentence.exact, match.exact)
            for match in places
        )
        for sentence in moved
        if sentence.words
    )


def _all_at_home(
    moved: Sequence[Sentence], places: Sequence[Sentence], kept: Sequence[Sentence]
) -> bool:
    """Whether each of the sentences is as like to one with its numbers as to any with others.

    Args:
        moved: sentences of one text that are not in the other.
        places: sentences of the other that are not in the one.
        kept: sentences of both.
    """
    for sentence in moved:
        likeness = [(_likeness(sentence, match), match) for match in (*places, *kept)]
        own = [likely for likely, match in likeness if same_exactly(sentence.exact, match.exact)]
        if not own or max(own) < max(likely for likely, _ in likeness):
            return False
    return True


def _exact(text: Sequence[Sentence]) -> list[str]:
    return [token for sentence in text for token in sentence.exact]


def _numbered(sentence: Sentence) -> bool:
    """Whether there is a number or sign in it, other than a word that may be the number one."""
    return not same_exactly(sentence.exact, ())


def _likeness(one: Sentence, other: Sentence) -> float:
    """The share of words and pairs of words that are common to both sentences."""
    ours, theirs = _said(one), _said(other)
    return len(ours & theirs) / max(len(ours | theirs), 1)


def _said(sentence: Sentence) -> set[tuple[str, ...]]:
    return {(word,) for word in sentence.words} | set(pairwise(sentence.words))
