"""Questions of one template: the same words and numbers in another order, or around others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from evomerge.score.wording.comparison.boilerplate import common_sentences
from evomerge.score.wording.grams import Grams, Rarity
from evomerge.score.wording.question import Mask, Question
from evomerge.score.wording.spelling.tokens import is_number, is_word

INSTANCES_ALIKE = 0.5
"""Jaccard similarity of two instances of a template, in which names and things differ too."""
TEMPLATES = 8
"""A template is one of many if it makes no more than an eighth of a task. A task that has fewer
asks about nothing else, and its questions are as independent as their numbers are."""


def same_slots(questions: Sequence[Question]) -> list[list[int]]:
    """Find questions with the same words and numbers in any order, and the same signs in order.

    So `71 + 35` and `35 + 71` are together, and `[ (` and `( [` are not.

    Returns:
        Sets of two or more numbers of questions.
    """
    found: defaultdict[object, list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        read = [part for s in question.sentences for part in (*s.words, *s.exact)]
        moving = sorted(part for part in read if is_word(part) or is_number(part))
        signs = [part for part in read if not (is_word(part) or is_number(part))]
        found[tuple(moving), tuple(signs)].append(place)
    return [places for places in found.values() if len(places) > 1]


def instances(questions: Sequence[Question]) -> list[list[int]]:
    """Find the instances of each template, in a task that has many.

    Each question joins the likest of those before it that joined none, if it is like it in its
    words: their numbers, and some names and things, may differ.

    Args:
        questions: in an order that is theirs, such as their ids', as it decides in close cases.
    """
    most = len(questions) // TEMPLATES
    if most < 2:
        return []
    common = common_sentences(questions)
    said = [
        question.grams_of(_worded(question) & ~shared)
        for question, shared in zip(questions, common, strict=True)
    ]
    found = _Templates(Rarity(said))
    for place, grams in enumerate(said):
        if len(grams):
            found.join(place, grams)
    return [places for places in found.members if 1 < len(places) <= most]


class _Templates:
    """The first instance of each template, and the instances that joined it.

    All grams count alike: were rare ones worth more, two instances of a task's one template would
    be likest that have the same name in them.
    """

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self.members: list[list[int]] = []
        self._grams: list[Grams] = []
        self._found: defaultdict[int, list[int]] = defaultdict(list)

    def join(self, place: int, grams: Grams) -> None:
        """Let a question join the likest template, or be the first of one."""
        telling = self._telling(grams)
        near = {number for gram in telling for number in self._found.get(gram, ())}
        likeness = {number: _jaccard(grams, self._grams[number]) for number in near}
        likest = max(likeness, key=lambda number: (likeness[number], -number), default=None)
        if likest is not None and likeness[likest] >= INSTANCES_ALIKE:
            self.members[likest].append(place)
            return
        for gram in telling:
            self._found[gram].append(len(self.members))
        self.members.append([place])
        self._grams.append(grams)

    def _telling(self, grams: Grams) -> list[int]:
        """The rarest grams, so many that of two texts so alike one's have one of the other's."""
        order = np.lexsort((grams, -self._rarity.weights(grams)))
        telling: list[int] = grams[order[: int(len(grams) * (1 - INSTANCES_ALIKE)) + 1]].tolist()
        return telling


def _jaccard(one: Grams, other: Grams) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _worded(question: Question) -> Mask:
    """Which sentences have words: a choice that is a number is a slot."""
    return np.array([bool(sentence.words) for sentence in question.sentences])
