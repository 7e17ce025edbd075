"""Sentences that most questions of a task share: an instruction, or part of its template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from evomerge.score.wording.question import Mask, Question

FEWEST = 8
"""Questions of a task: of fewer, a sentence that most of them share may be no more than chance."""


def common_sentences(questions: Sequence[Question]) -> list[Mask]:
    """Find the sentences of each question that more than half of the questions have.

    Args:
        questions: of one task.
    """
    found = Counter(sentence for question in questions for sentence in {*question.sentences})
    least = len(questions) if len(questions) >= FEWEST else np.inf
    return [
        np.array([2 * found[sentence] > least for sentence in question.sentences])
        for question in questions
    ]
