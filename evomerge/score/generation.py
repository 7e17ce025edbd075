"""Greedy generation with a key-value cache, in batches from which finished rows are dropped."""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.errors import ParentError, TrialError
from evomerge.merge.live import LiveModel
from evomerge.score.batches import Work, batched, pad
from evomerge.score.request import Generated, Generation
from evomerge.score.stops import Stops
from evomerge.weights import GENERATION_CONFIG, read_json

TOKENS_PER_BATCH = {"cpu": 2048, "cuda": 65536}
"""Positions in the key-value cache: those of the longest prompt and answer, for each row."""

DROP_SHARE = 0.25
"""Rows are dropped from a batch when at least this share of them has finished."""

_NEUTRAL: dict[str, Any] = {
    "num_beams": 1,
    "no_repeat_ngram_size": 0,
    "encoder_no_repeat_ngram_size": 0,
    "encoder_repetition_penalty": 1.0,
    "min_length": 0,
    "min_new_tokens": 0,
    "bad_words_ids": None,
    "sequence_bias": None,
    "suppress_tokens": None,
    "begin_suppress_tokens": None,
    "forced_bos_token_id": None,
    "forced_eos_token_id": None,
    "exponential_decay_length_penalty": None,
    "guidance_scale": 1.0,
    "penalty_alpha": 0.0,
}
"""Generation settings that change greedy answers, with the values at which they do not."""


def check_generation_config(folder: Path) -> None:
    """Check that answers by a model folder's generation config are greedy ones.

    Raises:
        ParentError: it asks for more than greedy decoding with a repetition penalty.
    """
    path = folder / GENERATION_CONFIG
    config = read_json(path) if path.is_file() else {}
    for name, neutral in _NEUTRAL.items():
        if config.get(name) not in (None, neutral):
            raise ParentError(f"{path}: sets {name}, which scoring does not support; remove it")
    eos = config.get("eos_token_id")
    if not all(isinstance(t, int) for t in (eos if isinstance(eos, list) else [eos or 0])):
        raise ParentError(f"{path}: eos_token_id is {eos!r}, not a token or a list of them")


class Generator:
    """Generates answers with a live model."""

    def __init__(self, live: LiveModel, stops: Stops) -> None:
        self.live, self.stops = live, stops
        config = live.model.generation_config
        eos = config.eos_token_id
        ids = eos if isinstance(eos, list) else [eos]
        self.eos = {int(token) for token in ids if token is not None}
        self.penalty = float(getattr(config, "repetition_penalty", None) or 1.0)
        self._accepted = set(inspect.signature(live.model.forward).parameters)

    def answer(
        self,
        requests: Sequence[tuple[int, Generation]],
        cores: Cores,
        checkpoint: Callable[[], None],
    ) -> Iterator[tuple[list[tuple[int, Generated]], Work]]:
        """Answer numbered requests, batch after batch.

        Args:
            checkpoint: called before each batch; what it raises ends the scoring.

        Raises:
            TrialError: a logit is not finite.
        """

        def answer(
            batch: list[tuple[int, Generation]],
        ) -> tuple[list[tuple[int, Generated]], Work]:
            checkpoint()
            decoding = _Decoding(self, [request for _, request in batch])
            generated = decoding.run()
            numbers = [number for number, _ in batch]
            return list(zip(numbers, generated, strict=True)), decoding.work

        limit = TOKENS_PER_BATCH[self.live.device.type]
        yield from cores.map(
            answer, batched(requests, lambda e: len(e[1].prompt) + e[1].max_tokens, limit)
        )

    def forward(self, **inputs: Any) -> Any:
        """One forward pass, with the inputs that this model knows."""
        known = {key: value for key, value in inputs.items() if key in self._accepted}
        return self.live.model(use_cache=True, **known)


class _Decoding:
    """One batch on its way: rows still alive, their cache, and what they have said."""

    def __init__(self, generator: Generator, requests: Sequence[Generation]) -> None:
        self.generator, self.requests = generator, requests
        self.said: list[list[int]] = [[] for _ in requests]
        self.finished = [False] * len(requests)
        self.alive = list(range(len(requests)))
        self.forward_s, self.tokens = 0.0, 0

    @property
    def work(self) -> Work:
        return Work(self.forward_s, self.tokens)

    @torch.inference_mode()
    def run(self) -> list[Generated]:
        prompts = [request.prompt for request in self.requests]
        device = self.generator.live.device
        ids = pad(prompts, 0, "left").to(device)
        mask = pad([[1] * len(prompt) for prompt in prompts], 0, "left").to(device)
        self.tokens += sum(map(len, prompts))
        position = (mask.cumsum(-1) - 1).clamp_(min=0)
        cache = None
        while True:
            logits, cache = self._forward(ids, mask, position, cache)
            done = self._say(self._choose(logits))
            if len(done) == len(self.alive):
                return [self._generated(row) for row in range(len(self.requests))]
            # Finished rows go on unheard until there are enough of them to be worth dropping.
            if len(done) >= DROP_SHARE * len(self.alive):
                kept = [i for i, row in enumerate(self.alive) if i not in done]
                index = torch.tensor(kept, device=device)
                cache.batch_select_indices(index)
                mask, position = mask[index], position[index]
                self.alive = [self.alive[i] for i in kept]
            mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
            # Finished rows stay where they are: the model may have no further positions.
            going = [[not self._is_done(row)] for row in self.alive]
            position = position[:, -1:] + torch.tensor(going, device=device, dtype=torch.long)
            last = [self.said[row][-1] for row in self.alive]
            ids = torch.tensor(last, device=device)[:, None]
            self.tokens += sum(not self.finished[row] for row in self.alive)

    def _forward(
        self, ids: torch.Tensor, mask: torch.Tensor, position: torch.Tensor, cache: Any
    ) -> tuple[torch.Tensor, Any]:
        """Logits of the last position, (rows, vocabulary), and the grown cache."""
        began = time.perf_counter()
        out = self.generator.forward(
            input_ids=ids,
            attention_mask=mask,
            position_ids=position,
            past_key_values=cache,
            logits_to_keep=1,
        )
        logits = out.logits[:, -1]
        if logits.is_cuda:
            torch.cuda.synchronize()
        self.forward_s += time.perf_counter() - began
        return logits, out.past_key_values

    def _choose(self, logits: torch.Tensor) -> list[int]:
        """The most probable token of each row (of equal ones the first)."""
        if self.generator.penalty != 1.0:
            logits = self._penalized(logits)
        best, tokens = logits.max(dim=-1)
        if not all(map(math.isfinite, best.tolist())):
            raise TrialError("a logit is not finite")
        chosen: list[int] = tokens.tolist()
        return chosen

    def _penalized(self, logits: torch.Tensor) -> torch.Tensor:
        """Repetition penalty (Keskar et al. 2019, 1909.05858, section 4.1) on all tokens so far."""
        logits = logits.to(torch.float32, copy=True)  # as transformers has it
        for i, row in enumerate(self.alive):
            seen = torch.tensor(sorted({*self.requests[row].prompt, *self.said[row]}))
            seen = seen.to(logits.device)
            scores = logits[i, seen]
            penalty = self.generator.penalty
            logits[i, seen] = torch.where(scores < 0, scores * penalty, scores / penalty)
        return logits

    def _say(self, tokens: Sequence[int]) -> set[int]:
        """Append each row's next token; the indices (among the alive) of rows that are done."""
        done = set()
        for i, (row, token) in enumerate(zip(self.alive, tokens, strict=True)):
            request, said = self.requests[row], self.said[row]
            if not self._is_done(row):
                said.append(token)
                self.finished[row] = token in self.generator.eos or (
                    self.generator.stops.stopped(said, request.stops)
                )
            if self._is_done(row):
                done.add(i)
        return done

    def _is_done(self, row: int) -> bool:
        return self.finished[row] or len(self.said[row]) >= self.requests[row].max_tokens

    def _generated(self, row: int) -> Generated:
        said = self.said[row]
        text = self.generator.stops.text(said, self.requests[row].stops)
        return Generated(text, len(said), self.finished[row])
