"""Log-likelihoods of what an encoder-decoder may answer, with lm-eval's numerics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch

from evomerge.engine.protocol import Work
from evomerge.engine.request import Likely
from evomerge.engine.transformers.batches import HANDS, batched
from evomerge.engine.transformers.encoded import encode
from evomerge.engine.transformers.grid import Grid
from evomerge.engine.transformers.likelihood import TOKENS_PER_BATCH, scored
from evomerge.engine.transformers.prefix import Tokens
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.tree import Numbered, Tree, trees


@dataclass(frozen=True)
class EncodedQuestion:
    """What the encoder reads, once, and the answers to it that the decoder reads."""

    text: Tokens
    answers: tuple[Tree, ...]

    @property
    def width(self) -> int:
        """How many tokens are read."""
        return len(self.text) + sum(tree.width for tree in self.answers)


def encoded_batches(requests: Sequence[Numbered], device: str) -> Iterator[EncodedBatch]:
    """Numbered requests of an encoder-decoder in batches."""
    by_text: dict[Tokens, list[Numbered]] = defaultdict(list)
    for number, request in requests:
        by_text[request.encoder_tokens or ()].append((number, request))
    questions = [
        EncodedQuestion(text, tuple(trees(asked, False))) for text, asked in by_text.items()
    ]
    limits = TOKENS_PER_BATCH[device], HANDS[device]
    for batch in batched(questions, lambda question: question.width, *limits):
        yield EncodedBatch(batch)


class EncodedBatch:
    """Questions that are read at the same time."""

    prefixes: Collection[Tokens] = ()

    def __init__(self, rows: Sequence[EncodedQuestion]) -> None:
        self.rows = rows
        self.size = len(rows) * max(question.width for question in rows)

    def halves(self) -> Iterator[EncodedBatch]:
        """The batch in two."""
        middle = len(self.rows) // 2
        for part in (self.rows[:middle], self.rows[middle:]):
            yield EncodedBatch(part)

    @cached_property
    def _grid(self) -> Grid:
        return Grid([tree for question in self.rows for tree in question.answers], 0)

    @torch.inference_mode()
    def answer(self, reader: Reader) -> tuple[list[tuple[int, Likely]], Work]:
        """The answers.

        Raises:
            TrialError: a log-likelihood is not finite.
        """
        texts = [question.text for question in self.rows for _ in question.answers]
        encoded, work = encode(reader, texts)
        out, forward_s = reader.forward(
            decoder_input_ids=self._grid.ids.to(reader.device), use_cache=False, **encoded.inputs
        )
        answers, softmax_s = scored(reader, self._grid, out.logits)
        tokens = sum(tree.width for question in self.rows for tree in question.answers)
        return answers, work + Work(forward_s + softmax_s, tokens)
