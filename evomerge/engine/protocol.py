"""What an engine is: it lends memory for the tensors of an offspring, and answers with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch

from evomerge.engine.architecture import Architecture
from evomerge.engine.request import Request, Response
from evomerge.engine.route import Route

Statistics = Mapping[str, torch.Tensor]
"""What a model does with texts, by the name of the tensor in its checkpoint."""


@dataclass(frozen=True)
class Work:
    """What answering took."""

    forward_s: float
    """Seconds inside the model, on one core or on the GPU."""
    tokens: int
    """Tokens that went through the model, padding not counted."""

    def __add__(self, other: Work) -> Work:
        return Work(self.forward_s + other.forward_s, self.tokens + other.tokens)


@dataclass(frozen=True)
class EngineOutput:
    """What an engine gives for a list of items."""

    items: Sequence[tuple[Response, ...]]
    """For each item, the answers to its requests, in their order."""
    work: Work
    """Its seconds are of wall time, however many batches ran at once."""


class Engine(Protocol):
    """Answers requests with the weights of one offspring after the other.

    An offspring is opened; each of its tensors that is to change is lent, written whole, and said
    to be written; then requests are answered. Several threads may lend and write different tensors
    at once, and several may have requests answered.
    """

    def open(self, architecture: Architecture) -> Collection[str]:
        """Make room for an offspring.

        As long as architectures are equal, all that was written stays as it is. Otherwise nothing
        does.

        Returns:
            The names of the tensors that the engine reads. One of a tied pair is enough, and what
            the model does not load is left out.

        Raises:
            ParentError: the engine does not know the architecture, or its tensors do not fill it.
        """
        ...

    def lend(self, name: str) -> torch.Tensor:
        """Memory for a tensor, of the shape that the architecture says.

        Its type and device are the engine's choice; what is there before is of no meaning. It may
        be used until :meth:`written` is called, and the offspring is whole only then.
        """
        ...

    def written(self, name: str) -> None:
        """Say that all values of a tensor that was lent have been written.

        On a GPU it is enough that writing is enqueued on the current stream.
        """
        ...

    def answer(
        self,
        requests: Sequence[Sequence[Request]],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> EngineOutput:
        """Answer with the weights that were written.

        An answer depends on weights and request alone, not on what else is asked.

        Args:
            requests: for each item, its requests; with `encoder_tokens` where the architecture has
                an encoder, and only there.
            checkpoint: called from time to time; what it raises ends the answering.

        Raises:
            TrialError: the weights give values that are not finite.
            RuntimeError: a tensor was lent and not written, or never lent.
        """
        ...

    def close(self) -> None:
        """Let go of all memory."""
        ...


@runtime_checkable
class RoutingEngine(Engine, Protocol):
    """An engine that can also run through the layers of what is open in another order.

    One that cannot is written each offspring whole, as it would be saved.
    """

    def follow(self, route: Route) -> bool:
        """Answer by a route through the layers in memory, until the next :meth:`open`.

        Returns:
            False where the model that is open cannot be run so; nothing has changed then.
        """
        ...


class CalibratingEngine(Engine, Protocol):
    """An engine that can also say what a model does with texts."""

    def readable(self, tokens: Sequence[int]) -> list[int]:
        """Those of a text's tokens that the model has a row for, as many as it has positions."""
        ...

    def next_tokens(self, tokens: Sequence[int]) -> torch.Tensor:
        """What comes next at each position of a text: log-probabilities, (tokens, vocabulary)."""
        ...

    def statistics(self, kind: str, prompts: Sequence[Sequence[int]]) -> Statistics:
        """A statistic of texts that are tokens.

        Args:
            kind: "information" or "grams".
        """
        ...
