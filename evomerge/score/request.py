"""What a model is asked for an item, as tokens, and what it answers."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Likelihood:
    """How probable is the end of a text?"""

    tokens: tuple[int, ...]
    """The text, cut on the left to what the model can read."""
    scored: int
    """How many of its last tokens are scored, each given all before it."""


@dataclass(frozen=True)
class Generation:
    """How does a text go on, taking the most probable token each time?"""

    prompt: tuple[int, ...]
    stops: tuple[str, ...]
    """Strings that end the answer, and are not part of it."""
    max_tokens: int


Request = Likelihood | Generation


@dataclass(frozen=True)
class Likely:
    """Answer to :class:`Likelihood`."""

    logprob: float
    """Natural logarithm, summed over the scored tokens."""
    greedy: bool
    """Whether each scored token was the most probable one."""


@dataclass(frozen=True)
class Generated:
    """Answer to :class:`Generation`."""

    text: str
    tokens: int
    """How many tokens were generated."""
    finished: bool
    """Whether it came to an end of its own, before `max_tokens`."""


Response = Likely | Generated


def to_plain(responses: Sequence[Response]) -> list[Any]:
    """Responses as JSON values."""
    return [
        [response.logprob, response.greedy]
        if isinstance(response, Likely)
        else [response.text, response.tokens, response.finished]
        for response in responses
    ]


def from_plain(plain: Sequence[Any]) -> tuple[Response, ...]:
    """Responses from JSON values of :func:`to_plain`."""
    return tuple(Likely(*one) if len(one) == 2 else Generated(*one) for one in plain)


def silence(requests: Sequence[Request]) -> tuple[Response, ...]:
    """What a model answers that has nothing to say."""
    return tuple(
        Likely(0.0, False) if isinstance(request, Likelihood) else Generated("", 0, False)
        for request in requests
    )


def prompt_hash(requests: Sequence[Sequence[Request]]) -> str:
    """Names what is asked for a list of items: its tokens, stop strings and limits, in order."""
    digest = hashlib.blake2b(digest_size=16)
    for request in (request for item in requests for request in item):
        if isinstance(request, Likelihood):
            tokens, settings = request.tokens, repr(request.scored)
        else:
            tokens, settings = request.prompt, repr((request.stops, request.max_tokens))
        digest.update(array("q", tokens).tobytes())
        digest.update(f"|{len(tokens)}|{settings}|".encode())
    return digest.hexdigest()
