"""What the scores and answers of models that nobody searched for say of a task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evomerge.score.audits.answer import AnswerFacts

TOLD = 0.1
"""Share of a parent's answers from which on a mishap is told: rarer ones decide little."""

LONGEST_EXAMPLE = 80
"""Characters of an answer that are shown."""

Scores = Mapping[str, Sequence[float]]
"""By model, of the same items in the same order."""


@dataclass(frozen=True)
class Mishap:
    """A way in which an answer scores nothing, whatever its model knows."""

    words: str
    befalls: Callable[[AnswerFacts], bool]
    cure: str


MISHAPS = (
    Mishap(
        "are cut at the token limit",
        lambda answer: not answer.finished and bool(answer.text),
        "let answers be longer (max_gen_toks), or end sooner (until)",
    ),
    Mishap(
        "are thoughts that do not end",
        lambda answer: not answer.finished and not answer.text,
        "let answers be longer (max_gen_toks), and see that models write think_end",
    ),
    Mishap(
        "are empty",
        lambda answer: answer.finished and not answer.text.strip(),
        "see that they do not begin with a stop string (until)",
    ),
    Mishap(
        "have nothing in them that the filter can extract",
        lambda answer: answer.finished and bool(answer.text.strip()) and answer.extracted is None,
        "choose a filter that fits them, or show models the form (num_fewshot, description)",
    ),
)


def tells_nobody_apart(scores: Scores) -> str | None:
    """How models score on a task that tells none of them from another; None if it does."""
    first, *others = scores.values()
    values = sorted(set(first))
    if not values or any([*other] != [*first] for other in others):
        return None
    if len(values) == 1:
        return f"score {values[0]:.3g} on each of its {len(first)} search items"
    return f"score the same on each of its {len(first)} search items" if others else None


def mishaps(answers: Mapping[str, Sequence[AnswerFacts]], scores: Scores) -> Iterator[str]:
    """What befell many answers that scored nothing, by model, with an example and a cure.

    Args:
        answers: each model's generated answers, to the items of the scores.
    """
    for mishap in MISHAPS:
        shares, example = {}, None
        for name, given in answers.items():
            pairs = zip(given, scores[name], strict=True)
            struck = [a for a, score in pairs if score <= 0 and mishap.befalls(a)]
            if struck and len(struck) >= TOLD * len(given):
                shares[name] = len(struck) / len(given)
                example = example or struck[0]
        if example is not None:
            whose = ", ".join(f"{share:.0%} of {name}'s" for name, share in shares.items())
            shows = f", as {shown(example)}" if example.text.strip() else ""
            yield f"{whose} answers {mishap.words}{shows}; {mishap.cure}"


def shown(answer: AnswerFacts) -> str:
    """An answer and the right one."""
    right = "" if answer.gold is None else f", where {_brief(answer.gold)} is right"
    return _brief(answer.text) + right


def _brief(text: str) -> str:
    whole = len(text) <= LONGEST_EXAMPLE
    return repr(text if whole else f"{text[: LONGEST_EXAMPLE // 2]} … {text[-30:]}")
