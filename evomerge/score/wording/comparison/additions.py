"""What one question says beyond another, and what it says in the other's place."""

from __future__ import annotations

import numpy as np

from evomerge.score.wording.question import WORD, Mask, Question

WORDS_IN_A_ROW = 3
"""Words that a question may say otherwise: two questions on one passage differ in more."""


def without_additions(
    one: Question, other: Question, templates: tuple[Mask, Mask] | None = None
) -> tuple[Mask, Mask] | None:
    """The sentences of each question that are left when one's additions to the other are not read.

    Nothing is left out where no more than `WORDS_IN_A_ROW` words are only one's. Else what most of
    a question's task share is, and sentences without a number that only one of the two adds.

    Args:
        templates: which sentences of each question most of its task share.

    Returns:
        Which sentences of each are read; None where they differ even so in more words in a row.
    """
    everything = _Sides(one, other)
    if all(everything.fit):
        return everything.kept
    left = everything
    if templates:
        left = _Sides(one, other, (~templates[0], ~templates[1]))
    if all(left.fit):
        return left.kept
    if not any(left.fit):
        return None
    longer = left.fit.index(False)
    read = list(left.kept)
    read[longer] = read[longer] & ~(left.foreign[longer] & ~_counted((one, other)[longer]))
    left = _Sides(one, other, (read[0], read[1]))
    return left.kept if all(left.fit) and not left.replaced else None


class _Sides:
    """Two questions, held against each other.

    Args:
        kept: which sentences of each are read.
    """

    def __init__(
        self, one: Question, other: Question, kept: tuple[Mask, Mask] | None = None
    ) -> None:
        self._both = one, other
        self.kept = kept or (np.ones(len(one.sentences), bool), np.ones(len(other.sentences), bool))
        covered = one.covered(other, self.kept[1]), other.covered(one, self.kept[0])
        sides = list(zip(self._both, covered, self.kept, strict=True))
        self.fit = [_fits(*side) for side in sides]
        self.foreign = [_foreign(question, covered) for question, covered, _ in sides]

    @property
    def replaced(self) -> bool:
        """Whether what is only one's may have been said instead, and not in addition."""
        foreign = any((f & k).any() for f, k in zip(self.foreign, self.kept, strict=True))
        ours, theirs = (
            int(question.costs[kept[question.sentence]].sum())
            for question, kept in zip(self._both, self.kept, strict=True)
        )
        return foreign or abs(ours - theirs) > WORDS_IN_A_ROW * WORD


def _fits(question: Question, covered: Mask, kept: Mask) -> bool:
    """Whether so few words in a row are only this question's."""
    chosen = kept[question.sentence]
    if not chosen.any():
        return False
    costs = np.where(covered[chosen], 0, question.costs[chosen]).cumsum()
    run = costs - np.maximum.accumulate(np.where(covered[chosen], costs, 0))
    return bool(run.max() <= WORDS_IN_A_ROW * WORD)


def _foreign(question: Question, covered: Mask) -> Mask:
    """The sentences of which less than half is the other text's too."""
    shared = np.bincount(question.sentence, weights=covered, minlength=len(question.sentences))
    return 2 * shared < np.bincount(question.sentence)


def _counted(question: Question) -> Mask:
    return np.array([sentence.counted for sentence in question.sentences])
