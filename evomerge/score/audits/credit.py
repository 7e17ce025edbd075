"""Credit for right answers that a grader did not take: in another form, or amid other words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from evomerge.score.audits.lenient import holds

OTHERS = 10
"""Other items whose answers a text is searched for."""


def credit_for(
    texts: Mapping[str, str],
    questions: Mapping[str, str],
    golds: Mapping[str, Sequence[str]],
    right: Collection[str],
) -> dict[str, float]:
    """How much of a right answer there is in each text that has one and was not graded right.

    It is less by the share of other items' answers that stand there as well: who says everything
    says nothing. Where another form is what is asked for (`67 in French`), no other form is right.

    Args:
        texts: what was answered, by item.
        questions: what was asked, by item.
        golds: the right answers, by item.
        right: items that have all credit.
    """
    order = sorted(texts)
    found = {}
    for place, item in enumerate(order):
        if item in right or not holds(texts[item], golds[item]):
            continue
        if _asks_for_another_form(questions[item], golds[item]):
            continue
        others = [*_others(order, place, golds)]
        said = sum(holds(texts[item], [other]) for other in others)
        found[item] = 1.0 - said / len(others) if others else 1.0
    return found


def _asks_for_another_form(question: str, golds: Sequence[str]) -> bool:
    """Whether the answer stands in the question, and not in these words."""
    in_these_words = any(gold.strip().casefold() in question.casefold() for gold in golds)
    return not in_these_words and holds(question, golds)


def _others(order: Sequence[str], place: int, golds: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Answers to some other items, each once, that are none of this one's."""
    own = golds[order[place]]
    seen: set[str] = set()
    for shift in range(1, len(order)):
        for gold in golds[order[(place + shift) % len(order)]][:1]:
            if gold not in seen and not holds(gold, own):
                seen.add(gold)
                yield gold
        if len(seen) == OTHERS:
            return
