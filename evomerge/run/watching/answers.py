"""Answers as they are kept, compared: how varied they are, and how unlike each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from evomerge.engine.request import Generated, Likely, Response, from_plain


def said(plain: Sequence[Any]) -> str:
    """What a model answered to an item, as a text: of several answers the first; of choices the
    position of the likeliest.

    Args:
        plain: responses as they are kept, see :func:`evomerge.engine.request.to_plain`.
    """
    responses: Sequence[Response] = from_plain(plain)
    first = responses[0]
    if isinstance(first, Generated):
        return first.text.strip().casefold()
    likely = [one.logprob if isinstance(one, Likely) else -math.inf for one in responses]
    return str(max(range(len(likely)), key=likely.__getitem__))


def entropy(answers: Iterable[str]) -> float:
    """Bits of some answers; 0 where there are none, or all are the same."""
    counts = Counter(answers)
    total = counts.total()
    return math.fsum(-n / total * math.log2(n / total) for n in sorted(counts.values()))


def distance(one: str, other: str) -> float:
    """Share of the words of two answers that they do not have in common: 0 to 1."""
    ours, theirs = Counter(one.split()), Counter(other.split())
    both = (ours | theirs).total()
    return 1 - (ours & theirs).total() / both if both else 0.0
