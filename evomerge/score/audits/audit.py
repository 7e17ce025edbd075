"""How a model answers a task, in numbers that show a score which is an artefact."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.language import languages
from evomerge.score.audits.loop import loops
from evomerge.score.audits.refusal import refuses
from evomerge.score.items.item import Item


@dataclass(frozen=True)
class TaskAudit:
    """One model on one task. Shares are of its items, from 0 to 1; all can be written as JSON."""

    items: int
    not_finite: int
    """Scores that are no number; the others are what is averaged."""
    score: float
    """Mean of the scores."""
    score_sd: float
    control: float | None
    """Mean score when each answer is graded against another item; None where it was not."""
    control_error: float
    """Standard error of `score` minus `control`; 0 where there is none."""
    asked: str
    """Hash over what was asked: prompts, few-shot examples, decoding."""
    common: float = 0.0
    """Share of the most common answer, after extraction; of multiple choice, of the position
    that is chosen most."""
    gold_common: float | None = None
    """The same of the gold answers; None where there are none."""
    truncated: float = 0.0
    """Cut at the token limit."""
    truncated_right: float = 0.0
    """Cut, and given credit all the same."""
    bound: float = 0.0
    """The mean score, had every answer been right that was cut and was not going round in
    circles."""
    failed: float = 0.0
    """Something was said, and nothing could be extracted from it."""
    empty: float = 0.0
    looping: float = 0.0
    """Ending in one string over and over."""
    refused: float = 0.0
    """Declining to answer, where the right answer does not."""
    tokens_mean: float = 0.0
    tokens_sd: float = 0.0
    relative_length: float | None = None
    """Characters for each character of the gold answers; None where there are none."""
    languages: dict[str, int] = field(default_factory=dict)
    """Passages in each language."""
    gold_languages: dict[str, int] = field(default_factory=dict)


def audit(
    answers: Sequence[AnswerFacts],
    scores: Sequence[float],
    swapped: Sequence[float] | None = None,
    asked: str = "",
) -> TaskAudit:
    """Audit generated answers.

    Args:
        answers: one model's, to one task.
        scores: of the same items in the same order; higher is better.
        swapped: of the same answers, each graded against another item; None where an answer is
            graded by itself, as in a text's perplexity.
        asked: see :func:`fingerprint`.

    Raises:
        ValueError: there is not one score for each answer.
    """
    cut = [not answer.finished for answer in answers]
    circling = [loops(a.text) and _folded(a.text) != _folded(a.gold) for a in answers]
    unlucky = [ended and not circles for ended, circles in zip(cut, circling, strict=True)]
    tokens = [answer.tokens for answer in answers]
    ordered = sorted(answers, key=lambda answer: answer.item)  # languages are told of all together
    return replace(
        audit_scores(scores, swapped, asked),
        common=_most_common([_folded(a.extracted) for a in answers]) or 0.0,
        gold_common=_most_common([_folded(a.gold) for a in answers if a.gold is not None]),
        truncated=_mean(cut),
        truncated_right=_mean([c and s > 0 for c, s in zip(cut, scores, strict=True)]),
        bound=upper_bound(scores, unlucky),
        failed=_mean([bool(_folded(a.text)) and not _folded(a.extracted) for a in answers]),
        empty=_mean([not _folded(a.text) for a in answers]),
        looping=_mean(circling),
        refused=_mean([refuses(a.text) and not refuses(a.gold or "") for a in answers]),
        tokens_mean=_mean(tokens),
        tokens_sd=_sd(tokens),
        relative_length=_relative_length(answers),
        languages=languages(a.text for a in ordered),
        gold_languages=languages(a.gold or "" for a in ordered),
    )


def audit_choices(
    chosen: Sequence[int],
    golds: Sequence[int] | None,
    scores: Sequence[float],
    swapped: Sequence[float] | None = None,
    asked: str = "",
) -> TaskAudit:
    """Audit answers that are picked by likelihood.

    Args:
        chosen: each item's position of the most likely choice.
        golds: each item's position of the right one; None where there is none.
        scores, swapped, asked: as for :func:`audit`.

    Raises:
        ValueError: there is not one score for each choice.
    """
    if len(chosen) != len(scores):
        raise ValueError(f"{len(chosen)} choices and {len(scores)} scores")
    return replace(
        audit_scores(scores, swapped, asked),
        common=_most_common(chosen) or 0.0,
        gold_common=_most_common(golds or ()),
    )


def audit_scores(
    scores: Sequence[float], swapped: Sequence[float] | None = None, asked: str = ""
) -> TaskAudit:
    """Audit what has neither a text nor choices: how likely a given text is.

    Args:
        scores, swapped, asked: as for :func:`audit`.

    Raises:
        ValueError: there is not one swapped score for each score.
    """
    finite = [score for score in scores if math.isfinite(score)]
    control, error = None, 0.0
    if swapped is not None:
        both = zip(scores, swapped, strict=True)
        pairs = [(ours, other) for ours, other in both if math.isfinite(ours + other)]
        control = _mean([other for _, other in pairs])
        error = _sd([ours - other for ours, other in pairs]) / math.sqrt(len(pairs) or 1)
    return TaskAudit(
        items=len(scores),
        not_finite=len(scores) - len(finite),
        score=_mean(finite),
        score_sd=_sd(finite),
        control=control,
        control_error=error,
        asked=asked,
        bound=_mean(finite),
    )


def upper_bound(scores: Sequence[float], truncated: Sequence[bool]) -> float:
    """The mean score, had every truncated answer been right.

    Right is 1, or the best score that there is where scores are not between 0 and 1.
    """
    finite = [score for score in scores if math.isfinite(score)]
    best = 1.0 if all(0 <= score <= 1 for score in finite) else max(finite)
    paired = zip(scores, truncated, strict=True)
    return _mean([best if cut else score for score, cut in paired if cut or math.isfinite(score)])


def fingerprint(items: Sequence[Item]) -> str:
    """Hash over what is asked for these items, in whatever order: the tokens, the few-shot
    examples among them, the strings that stop an answer and its longest length.
    """
    lines = sorted(repr((item.task, item.id, item.requests)) for item in items)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _relative_length(answers: Sequence[AnswerFacts]) -> float | None:
    compared = [(len(a.text.strip()), len(a.gold.strip())) for a in answers if a.gold is not None]
    gold = sum(length for _, length in compared)
    return sum(length for length, _ in compared) / gold if gold else None


def _most_common(answers: Sequence[str] | Sequence[int]) -> float | None:
    """The share of the most common one, silence (an empty string) not counted as one."""
    counted = Counter(answer for answer in answers if answer != "").most_common(1)
    return counted[0][1] / len(answers) if counted else None


def _folded(text: str | None) -> str:
    return (text or "").strip().casefold()


def _mean(values: Sequence[float]) -> float:
    """Rounded once, so that the order of the items decides nothing."""
    return math.fsum(values) / len(values) if values else 0.0


def _sd(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.sqrt(_mean([(value - mean) ** 2 for value in values]))
