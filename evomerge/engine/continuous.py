"""Transformers' continuous batching as an engine: a paged cache, from which texts come and go.

It decodes the most probable tokens of models that look at all positions before. All else (what is
drawn, thoughts, penalties, likelihoods, encoders, sliding windows) the transformers engine answers.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.kind import EngineKind
from evomerge.engine.protocol import EngineOutput, Work
from evomerge.engine.request import Generated, Generation, Request, Response
from evomerge.engine.transformers.engine import TRANSFORMERS, TransformersEngine
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.stops import Stops
from evomerge.errors import TrialError

PAGE = 32
"""Positions in a page of the cache: answers are short."""
CACHED = {"cpu": 16384, "cuda": 262144}
"""Positions in the cache, where no request is longer than half of it."""
TOKENS_PER_STEP = {"cpu": 512, "cuda": 8192}
"""Tokens that are read at a time, of prompts and answers."""
POLL_S = 0.5
"""Between two looks at whether to stop, where no token comes."""


class ContinuousEngine(TransformersEngine):
    """A live model of transformers that generates by `ContinuousBatchingManager`.

    The cache lives as long as one list of requests: pages of an offspring before hold what other
    weights made of a prompt.
    """

    def __init__(self, tokenizer: Any, cores: Cores, device: torch.device) -> None:
        super().__init__(tokenizer, cores, device)
        self._stops, self._one_at_a_time = Stops(tokenizer), threading.Lock()

    def answer(
        self,
        requests: Sequence[Sequence[Request]],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> EngineOutput:
        """Generate what continuous batching can, and have the rest answered in batches."""
        numbers = count()
        numbered = [[(next(numbers), request) for request in item] for item in requests]
        paged = self._paged(chain.from_iterable(numbered))
        rest = [tuple(r for n, r in item if n not in paged) for item in numbered]
        found = super().answer(rest, checkpoint)
        said, work = self._generate(paged, checkpoint)
        others = iter(found.items)
        items = []
        for item in numbered:
            other = iter(next(others))
            items.append(tuple(said[n] if n in said else next(other) for n, _ in item))
        return EngineOutput(items, found.work + work)

    def _paged(self, requests: Iterable[tuple[int, Request]]) -> dict[int, Generation]:
        """Those requests that continuous batching answers as this project does."""
        if self._live is None or not Reader(self._live, self._stops).shares:
            return {}
        if (self._live.model.generation_config.repetition_penalty or 1.0) != 1.0:
            return {}
        return {
            number: request
            for number, request in requests
            if isinstance(request, Generation)
            and request.sampling is None
            and request.thought is None
        }

    def _generate(
        self, asked: Mapping[int, Generation], checkpoint: Callable[[], None]
    ) -> tuple[Mapping[int, Response], Work]:
        if not asked:
            return {}, Work(0.0, 0)
        with self._one_at_a_time:
            began = time.perf_counter()
            said = {n: self._answer(asked[n], tokens) for n, tokens in self._say(asked, checkpoint)}
            tokens = sum(len(asked[n].prompt) + one.tokens - 1 for n, one in said.items())
            return said, Work(time.perf_counter() - began, tokens)

    def _say(
        self, asked: Mapping[int, Generation], checkpoint: Callable[[], None]
    ) -> Iterator[tuple[int, list[int]]]:
        """Each request's number and answer, as it ends."""
        manager = self.live.model.init_continuous_batching(
            _settings(self._ends), self._config(asked.values())
        )
        manager.start()
        try:
            for number, request in asked.items():
                manager.add_request(
                    [*request.prompt],
                    request_id=str(number),
                    max_new_tokens=request.max_tokens,
                    streaming=True,
                )
            open_ones = set(asked)
            while open_ones:
                checkpoint()
                result = manager.get_result(timeout=POLL_S)
                if result is None:
                    if not manager.is_running():
                        raise RuntimeError("continuous batching has ended before its requests")
                    continue
                number, tokens = int(result.request_id), result.generated_tokens
                if result.error is not None:
                    raise RuntimeError(f"continuous batching: {result.error}")
                if not all(map(math.isfinite, result.logprobs)):
                    raise TrialError("a logit is not finite")
                stopped = number in open_ones and self._ended(asked[number], tokens)
                if number in open_ones and (stopped or result.is_finished()):
                    open_ones.discard(number)
                    yield number, tokens
                    if not result.is_finished():
                        manager.cancel_request(result.request_id)
        finally:
            manager.stop(block=True, hard_stop=True)
            manager.destroy()

    def _answer(self, request: Generation, tokens: Sequence[int]) -> Generated:
        (text,) = self._stops.texts([tokens], [request.stops])
        ended = self._ended(request, tokens)
        return Generated(text, len(tokens), ended)

    def _ended(self, request: Generation, tokens: Sequence[int]) -> bool:
        """Whether the last token ends an answer: one of the model's, or one with a stop string."""
        return tokens[-1] in self._ends or self._stops.stopped(tokens, request.stops)

    @property
    def _ends(self) -> list[int]:
        """Tokens that end an answer."""
        eos = self.live.model.generation_config.eos_token_id
        return eos if isinstance(eos, list) else [-1 if eos is None else eos]

    def _config(self, requests: Iterable[Generation]) -> Any:
        """How the manager works. Flash attention would answer likelihoods with another kernel."""
        from transformers import ContinuousBatchingConfig

        kind = self.live.device.type
        longest = max(request.most_tokens for request in requests)
        return ContinuousBatchingConfig(
            page_size=PAGE,
            num_blocks=max(CACHED[kind], 2 * longest) // PAGE,
            max_batch_tokens=TOKENS_PER_STEP[kind],
            return_logprobs=True,
            auto_switch_to_flash=False,
            seed=0,
        )


def _settings(ends: Sequence[int]) -> Any:
    """The most probable token each time."""
    from transformers import GenerationConfig

    return GenerationConfig(do_sample=False, eos_token_id=[*ends], max_new_tokens=1)


def _identity() -> Mapping[str, Any]:
    """What decides how it rounds."""
    own = {"page": PAGE, "cached": CACHED, "tokens_per_step": TOKENS_PER_STEP}
    return {**TRANSFORMERS.settings(), **own}


CONTINUOUS = EngineKind(
    name="continuous",
    make=ContinuousEngine,
    check=TRANSFORMERS.check,
    packages=TRANSFORMERS.packages,
    settings=_identity,
)
