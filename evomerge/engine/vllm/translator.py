"""Requests as vLLM is asked them, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.engine.request import Generated, Generation, Likelihood, Likely, Request, Response
from evomerge.engine.transformers.stops import Stops, before_stops
from evomerge.engine.transformers.thoughts import Thoughts
from evomerge.errors import TrialError


class Translator:
    """Requests to an offspring.

    What is drawn is drawn by vLLM, from the request's key: the same for two offspring that say the
    same of a token, and other tokens than another engine draws.

    Args:
        config: the generation config, or what stands in its place.
    """

    def __init__(self, tokenizer: Any, config: Mapping[str, Any]) -> None:
        self._stops, self._thoughts = Stops(tokenizer), Thoughts(tokenizer)
        self._config = config

    def sampling(self, request: Request) -> Any:
        """How the answer to a request is to come about."""
        from vllm import SamplingParams

        if isinstance(request, Likelihood):
            return SamplingParams(
                temperature=0.0, max_tokens=1, prompt_logprobs=0, detokenize=False
            )
        drawn, config = request.sampling, self._config
        ends = config.get("eos_token_id")
        return SamplingParams(
            temperature=drawn.temperature if drawn else 0.0,
            top_p=drawn.top_p if drawn else 1.0,
            top_k=drawn.top_k if drawn else 0,
            seed=drawn.key >> 1 if drawn else None,
            repetition_penalty=config.get("repetition_penalty") or 1.0,
            # A stop string in a thought is none: it is looked for when all has been said.
            stop=[*request.stops] if request.thought is None else None,
            stop_token_ids=ends if isinstance(ends, list) else [] if ends is None else [ends],
            max_tokens=request.max_tokens,
            logprobs=0,
            skip_special_tokens=False,
        )

    def response(self, request: Request, output: Any) -> Response:
        """A `RequestOutput` as the answer to a request.

        Raises:
            TrialError: a log-likelihood is not finite.
        """
        if isinstance(request, Likelihood):
            of_scored = zip(
                request.tokens[-request.scored :],
                output.prompt_logprobs[-request.scored :],
                strict=True,
            )
            found = [at[token] for token, at in of_scored]
            total = _finite(math.fsum(one.logprob for one in found))
            return Likely(total, all(one.rank == 1 for one in found))
        (said,) = output.outputs
        tokens = [*said.token_ids]
        for token, at in zip(tokens, said.logprobs, strict=True):
            _finite(at[token].logprob)
        return self._generated(request, tokens, said.finish_reason == "stop")

    def _generated(self, request: Generation, tokens: list[int], ended: bool) -> Generated:
        if request.thought is None:
            (text,) = self._stops.texts([tokens], [request.stops])
            return Generated(text, len(tokens), ended)
        start = self._thoughts.start(tokens, request.thought)
        if start is None:
            return Generated("", len(tokens), False)
        whole = self._thoughts.answer(tokens, start)
        text = before_stops(whole, request.stops)
        return Generated(text, len(tokens), ended or text != whole)


def _finite(logprob: float) -> float:
    if not math.isfinite(logprob):
        raise TrialError("a log-likelihood is not finite")
    return logprob


def text_of(request: Request) -> Sequence[int]:
    """What vLLM is given as a prompt."""
    return request.tokens if isinstance(request, Likelihood) else request.prompt


def read(request: Request, response: Response) -> int:
    """How many tokens went through the model."""
    said = response.tokens - 1 if isinstance(response, Generated) else -1
    return len(text_of(request)) + said
