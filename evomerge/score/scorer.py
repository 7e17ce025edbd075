"""Answers to all requests of a list of items, from one live model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from evomerge.cores import Cores
from evomerge.merge.live import LiveModel
from evomerge.score.batches import Work
from evomerge.score.generation import Generator
from evomerge.score.likelihood import answer_likelihoods
from evomerge.score.request import Generation, Likelihood, Request, Response
from evomerge.score.stops import Stops

Part = tuple[list[tuple[int, Response]], Work]


class Scorer:
    """Asks live models.

    Args:
        tokenizer: the parents' tokenizer.
        cores: threads to spread batches over.
    """

    def __init__(self, tokenizer: Any, cores: Cores) -> None:
        self.stops, self.cores = Stops(tokenizer), cores

    def answer(
        self,
        live: LiveModel,
        requests: Sequence[Sequence[Request]],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> tuple[list[tuple[Response, ...]], Work]:
        """The answers to each item's requests, and what they took.

        Args:
            requests: for each item, its requests.
            checkpoint: called before each batch; what it raises ends the scoring.

        Raises:
            TrialError: the model gives values that are not finite.
        """
        flat = list(enumerate(chain.from_iterable(requests)))
        answers: dict[int, Response] = {}
        busy, tokens = 0.0, 0
        for part, work in self._parts(live, flat, checkpoint):
            answers.update(part)
            busy += work.forward_s
            tokens += work.tokens
        numbers = iter(range(len(flat)))
        grouped = [tuple(answers[next(numbers)] for _ in item) for item in requests]
        return grouped, Work(busy / self._lanes(live), tokens)

    def _parts(
        self,
        live: LiveModel,
        flat: Sequence[tuple[int, Request]],
        checkpoint: Callable[[], None],
    ) -> Iterator[Part]:
        likelihoods = [(n, r) for n, r in flat if isinstance(r, Likelihood)]
        generations = [(n, r) for n, r in flat if isinstance(r, Generation)]
        if likelihoods:
            for answered, work in answer_likelihoods(live, likelihoods, self.cores, checkpoint):
                yield list(answered), work
        if generations:
            generator = Generator(live, self.stops)
            for generated, work in generator.answer(generations, self.cores, checkpoint):
                yield list(generated), work

    def _lanes(self, live: LiveModel) -> int:
        """Batches that run at the same time, so that their seconds add up to wall time."""
        return self.cores.count if live.device.type == "cpu" else 1
