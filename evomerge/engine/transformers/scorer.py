"""Answers to all requests of a list of items, from one live model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Protocol

import torch

from evomerge.cores import Cores
from evomerge.engine.protocol import EngineOutput, Work
from evomerge.engine.request import Generation, Likelihood, Request, Response
from evomerge.engine.transformers.encoded_likelihood import encoded_batches
from evomerge.engine.transformers.generation import generation_batches
from evomerge.engine.transformers.likelihood import likelihood_batches
from evomerge.engine.transformers.live import LiveModel
from evomerge.engine.transformers.prefix import Tokens
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.stops import Stops

Answered = tuple[list[tuple[int, Response]], Work]
"""Answers to numbered requests, and what they took."""
Requests = Sequence[Sequence[Request]]

PLANS = 4
"""Lists of requests whose batches are remembered: those of a search, its racing and validation."""


class Batch(Protocol):
    """Rows for the model to read at the same time."""

    @property
    def rows(self) -> Sequence[Any]:
        """What can be put into batches of its own."""
        ...

    @property
    def prefixes(self) -> Collection[Tokens]:
        """What rows begin with, read once for all batches."""
        ...

    @property
    def size(self) -> int:
        """Positions that the model holds at most."""
        ...

    def halves(self) -> Iterator[Batch]:
        """The batch in two."""
        ...

    def answer(self, reader: Reader) -> tuple[Sequence[tuple[int, Response]], Work]:
        """Answers to numbered requests."""
        ...


class Scorer:
    """Asks live models.

    Args:
        tokenizer: the parents' tokenizer.
        cores: threads to spread batches over.
    """

    def __init__(self, tokenizer: Any, cores: Cores) -> None:
        self.stops, self.cores = Stops(tokenizer), cores
        self._plans: list[tuple[Requests, tuple[bool, str], list[Batch]]] = []
        self._fits: dict[type, int] = {}

    def answer(
        self,
        live: LiveModel,
        requests: Requests,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> EngineOutput:
        """The answers to each item's requests.

        Args:
            requests: for each item, its requests.
            checkpoint: called before each batch; what it raises ends the answering.

        Raises:
            TrialError: the model gives values that are not finite.
        """
        reader = Reader(live, self.stops)
        answers: dict[int, Response] = {}
        whole = Work(0.0, 0)
        for part, work in self._parts(reader, self._plan(reader, requests), checkpoint):
            answers.update(part)
            whole += work
        in_order = iter([answers[number] for number in range(len(answers))])
        grouped = [tuple(islice(in_order, len(item))) for item in requests]
        return EngineOutput(grouped, Work(whole.forward_s / self._lanes(live), whole.tokens))

    def _plan(self, reader: Reader, requests: Requests) -> list[Batch]:
        """The requests in batches: made once for all offspring that are asked the same."""
        kind = (reader.shares, reader.device.type)
        for known, known_kind, made in self._plans:
            if known_kind == kind and known == requests:
                return made
        flat = list(enumerate(chain.from_iterable(requests)))
        likelihoods = [(n, r) for n, r in flat if isinstance(r, Likelihood)]
        encoded = [one for one in likelihoods if one[1].encoder_tokens is not None]
        texts = [one for one in likelihoods if one[1].encoder_tokens is None]
        generations = [(n, r) for n, r in flat if isinstance(r, Generation)]
        # The longest work first: a core that ends early finds something short to do.
        batches: list[Batch] = [
            *generation_batches(generations, *kind),
            *likelihood_batches(texts, *kind),
            *encoded_batches(encoded, reader.device.type),
        ]
        self._plans = [(requests, kind, batches), *self._plans[: PLANS - 1]]
        return batches

    def _parts(
        self, reader: Reader, batches: Sequence[Batch], checkpoint: Callable[[], None]
    ) -> Iterator[Answered]:
        def read(prefix: Tokens) -> Answered:
            checkpoint()
            return [], reader.read(prefix)

        def answer(batch: Batch) -> Answered:
            checkpoint()
            return self._fitted(batch, reader)

        # Shared beginnings first, since any batch behind them may need them.
        yield from self.cores.map(
            read, dict.fromkeys(p for batch in batches for p in batch.prefixes)
        )
        yield from self.cores.map(answer, batches)

    def _fitted(self, batch: Batch, reader: Reader) -> Answered:
        """The answers to a batch, in halves where the device's memory does not hold it whole.

        What did not fit once is not tried again by this worker.
        """
        if len(batch.rows) == 1 or batch.size <= self._fits.get(type(batch), batch.size):
            try:
                answers, work = batch.answer(reader)
                return list(answers), work
            except torch.OutOfMemoryError:
                if len(batch.rows) == 1:
                    raise
                self._fits[type(batch)] = batch.size // 2
        parts = [self._fitted(half, reader) for half in batch.halves()]
        return [one for part, _ in parts for one in part], parts[0][1] + parts[1][1]

    def _lanes(self, live: LiveModel) -> int:
        """Batches that run at the same time, so that their seconds add up to wall time."""
        return self.cores.count if live.device.type == "cpu" else 1
