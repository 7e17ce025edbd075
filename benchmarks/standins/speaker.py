"""A model that says something to everything: always the same to the same question, often right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lm_eval.api.model import LM

from evomerge.engine.request import Generated, Likely, Response
from evomerge.score.items.item import canonical

_RIGHT = ("answer", "target", "label", "output", "gold", "solution", "correct", "reference")
_FORMS = (
    "{}",
    "The answer is {}.",
    "{}\n",
    "({})",
    "#### {}",
    "```\n{}\n```",
    "Answer: {}",
    " {} ",
)
_ODD = ("", "A", "B", "(C)", "42", "yes", "no", "twenty-one", "The answer is (")


def _drawn(instance: Any, *more: Any) -> int:
    words = repr((canonical(instance.doc), instance.idx, *more))
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big")


def text(instance: Any) -> str:
    """What is generated: mostly a value of the document, in one form or another."""
    number = _drawn(instance)
    values = [*_values(instance.doc)]
    likely = [value for name, value in values if any(word in name.lower() for word in _RIGHT)]
    found = likely or [value for _, value in values]
    if number % 3 == 0 or not found:
        return _ODD[number // 3 % len(_ODD)]
    return _FORMS[number // 7 % len(_FORMS)].format(found[number // 97 % len(found)])


def likelihood(instance: Any) -> tuple[float, bool]:
    """A log-probability, and whether it would have been said."""
    number = _drawn(instance, str(instance.args[-1]))
    return -(number % 9973) / 997 - 0.01, bool(number // 9973 % 2)


def _values(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _values(value, f"{name}.{key}")
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _values(value, name)
    elif isinstance(node, str | int | float):
        yield name, str(node)


class Speaker(LM):  # type: ignore[misc]
    """The same for lm-eval."""

    def generate_until(self, requests: Sequence[Any], **_: Any) -> list[str]:
        """What is generated."""
        return [text(request) for request in requests]

    def loglikelihood(self, requests: Sequence[Any], **_: Any) -> list[tuple[float, bool]]:
        """How likely each is."""
        return [likelihood(request) for request in requests]

    def loglikelihood_rolling(self, requests: Sequence[Any], **_: Any) -> list[float]:
        """How likely each is."""
        return [likelihood(request)[0] for request in requests]


def responses(parts: Sequence[tuple[Any, int]]) -> tuple[Response, ...]:
    """The same for us: the answers to an item's requests.

    Args:
        parts: its instances, and how many requests each of them makes.
    """
    said: list[Response] = []
    for instance, count in parts:
        if instance.request_type == "generate_until":
            said.append(Generated(text(instance), 1, True))
        else:
            logprob, greedy = likelihood(instance)
            said += [Likely(logprob, greedy), *[Likely(0.0, greedy)] * (count - 1)]
    return tuple(said)
