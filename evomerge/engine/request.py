"""What a model is asked for an item, as tokens, and what it answers."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any


class _ShownByContent:
    """Shown by all that is asked, and by nothing that is not."""

    def __repr__(self) -> str:
        values = vars(self).items()
        parts = [f"{name}={value!r}" for name, value in values if value is not None]
        return f"{type(self).__name__}({', '.join(parts)})"


@dataclass(frozen=True, repr=False)
class Likelihood(_ShownByContent):
    """How probable is the end of a text?"""

    tokens: tuple[int, ...]
    """The text, cut on the left to what the model can read; an encoder-decoder's decoder reads it,
    from the token on that every text of the decoder begins with."""
    scored: int
    """How many of its last tokens are scored, each given all before it."""
    encoder_tokens: tuple[int, ...] | None = None
    """What the encoder reads; None: the model has none."""

    @property
    def shown(self) -> tuple[int, ...]:
        """What the model is shown before the answer that is scored."""
        if self.encoder_tokens is not None:
            return self.encoder_tokens
        return self.tokens[: len(self.tokens) - self.scored]

    @property
    def every_token(self) -> tuple[int, ...]:
        """All tokens that it is made of."""
        return (self.encoder_tokens or ()) + self.tokens

    @property
    def most_tokens(self) -> int:
        """How many tokens a model reads for it: all but the last."""
        return len(self.every_token) - 1


@dataclass(frozen=True)
class SamplingParams:
    """How an answer's tokens are drawn. All chance is counted: the n-th one follows from the key
    and n, whatever is answered beside it.
    """

    temperature: float
    top_p: float = 1.0
    """Drawn among the most probable tokens that have this probability together."""
    top_k: int = 0
    """Drawn among so many of the most probable tokens; 0: among all."""
    key: int = 0
    """64 bits that name the answer."""

    def keyed(self, seed: int, item: str, number: int) -> SamplingParams:
        """The same for one of the answers to a question.

        Args:
            item: the id of the question.
            number: counts the answers to it.
        """
        digest = hashlib.sha256(f"{seed}\0{item}\0{number}".encode()).digest()
        return replace(self, key=int.from_bytes(digest[:8], "little"))


@dataclass(frozen=True)
class Thought:
    """What stands before an answer, and is no part of it."""

    end: str
    """What follows it is the answer."""
    opening: str = ""
    """What begins a thought; empty where each answer begins with one."""
    open: bool = True
    """Whether the prompt leaves a thought open."""

    @property
    def marks(self) -> tuple[str, ...]:
        """The strings that it begins and ends with."""
        return (self.end, self.opening) if self.opening else (self.end,)


@dataclass(frozen=True, repr=False)
class Generation(_ShownByContent):
    """How does a text go on, taking the most probable token each time, or drawing one?"""

    prompt: tuple[int, ...]
    """What goes on; of an encoder-decoder what every text of its decoder begins with."""
    stops: tuple[str, ...]
    """Strings that end the answer, and are not part of it."""
    max_tokens: int
    sampling: SamplingParams | None = None
    """None: the most probable token each time."""
    thought: Thought | None = None
    """None: the answer begins where the prompt ends."""
    encoder_tokens: tuple[int, ...] | None = None
    """What the encoder reads; None: the model has none."""

    @property
    def shown(self) -> tuple[int, ...]:
        """What the model is shown before it answers."""
        return self.prompt if self.encoder_tokens is None else self.encoder_tokens

    @property
    def every_token(self) -> tuple[int, ...]:
        """All tokens that it is made of."""
        return (self.encoder_tokens or ()) + self.prompt

    @property
    def most_tokens(self) -> int:
        """Most tokens that a model reads and writes for it."""
        return len(self.every_token) + self.max_tokens


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
            more = [one for one in (request.sampling, request.thought) if one is not None]
            tokens = request.prompt
            settings = repr((request.stops, request.max_tokens, *more))
        digest.update(array("q", tokens).tobytes())
        digest.update(f"|{len(tokens)}|{settings}|".encode())
        if request.encoder_tokens is not None:
            digest.update(array("q", request.encoder_tokens).tobytes())
            digest.update(f"|{len(request.encoder_tokens)}|encoder|".encode())
    return digest.hexdigest()
