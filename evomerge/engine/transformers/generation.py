"""Prompts to be answered greedily, in batches, and models whose answers can be greedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from evomerge.engine.request import Generated, Generation
from evomerge.engine.transformers.batches import HANDS, Work, batched
from evomerge.engine.transformers.decoding import Decoding
from evomerge.engine.transformers.prefix import Tokens, by_prefix
from evomerge.engine.transformers.reader import Reader
from evomerge.errors import ParentError
from evomerge.weights import GENERATION_CONFIG, Parent

TOKENS_PER_BATCH = {"cpu": 4096, "cuda": 65536}
"""Positions in the key-value cache: those of the longest prompt and answer, for each row. A step of
few rows takes a core almost as long as one of many, since it reads all weights."""

Numbered = tuple[int, Generation]

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


def check_generation_config(parent: Parent) -> None:
    """Check that answers by a parent's generation config are greedy ones.

    Raises:
        ParentError: it asks for more than greedy decoding with a repetition penalty.
    """
    path, config = parent.folder / GENERATION_CONFIG, parent.generation_config or {}
    for name, neutral in _NEUTRAL.items():
        if config.get(name) not in (None, neutral):
            raise ParentError(f"{path}: sets {name}, which scoring does not support; remove it")
    eos = config.get("eos_token_id")
    if not all(isinstance(t, int) for t in (eos if isinstance(eos, list) else [eos or 0])):
        raise ParentError(f"{path}: eos_token_id is {eos!r}, not a token or a list of them")


def generation_batches(
    requests: Sequence[Numbered], shares: bool, device: str
) -> Iterator[GenerationBatch]:
    """Numbered requests in batches.

    Args:
        shares: whether the model can read what prompts share once.
    """
    groups: Iterable[tuple[Tokens, list[Numbered]]] = [((), list(requests))]
    if shares:
        groups = by_prefix(requests, lambda one: one[1].prompt[:-1])
    for prefix, group in groups:
        for batch in batched(group, _positions, TOKENS_PER_BATCH[device], HANDS[device]):
            yield GenerationBatch(batch, prefix)


def _positions(numbered: Numbered) -> int:
    return len(numbered[1].prompt) + numbered[1].max_tokens


class GenerationBatch:
    """Prompts that are answered at the same time.

    Args:
        prefix: what all of them begin with, and is read elsewhere.
    """

    def __init__(self, rows: Sequence[Numbered], prefix: Tokens) -> None:
        self.rows, self.prefix = rows, prefix
        self.size = len(rows) * max(map(_positions, rows))

    def halves(self) -> Iterator[GenerationBatch]:
        """The batch in two."""
        middle = len(self.rows) // 2
        for part in (self.rows[:middle], self.rows[middle:]):
            yield GenerationBatch(part, self.prefix)

    def answer(self, reader: Reader) -> tuple[list[tuple[int, Generated]], Work]:
        """The answers.

        Raises:
            TrialError: a logit is not finite.
        """
        decoding = Decoding(reader, [request for _, request in self.rows], self.prefix)
        answers = decoding.run()
        numbers = [number for number, _ in self.rows]
        return list(zip(numbers, answers, strict=True)), decoding.work
