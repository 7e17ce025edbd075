"""Log-likelihoods of text by forward passes, with lm-eval's numerics."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

import torch

from evomerge.engine.protocol import Work
from evomerge.engine.request import Likely
from evomerge.engine.transformers.batches import HANDS, batched
from evomerge.engine.transformers.grid import Grid
from evomerge.engine.transformers.prefix import Tokens, by_prefix
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.tree import Numbered, Tree, trees
from evomerge.errors import TrialError

TOKENS_PER_BATCH = {"cpu": 512, "cuda": 32768}
"""On the CPU as many as a core's caches like: 135M parameters are read 1.3 times as fast as with
1024, and half a million as fast."""


def likelihood_batches(
    requests: Sequence[Numbered], shares: bool, device: str
) -> Iterator[LikelihoodBatch]:
    """Numbered requests in batches.

    Args:
        shares: whether the model can read what texts share once.
    """
    rows = list(trees(requests, shares))
    groups: Iterable[tuple[Tokens, list[Tree]]] = [((), rows)]
    if shares:
        groups = by_prefix(rows, lambda tree: tree.context[:-1])
    limits = TOKENS_PER_BATCH[device], HANDS[device]
    for prefix, group in groups:
        for batch in batched(group, lambda tree: tree.width, *limits):
            yield LikelihoodBatch(batch, prefix)


class LikelihoodBatch:
    """Trees that are read at the same time.

    Args:
        prefix: what all their contexts begin with, and is read elsewhere.
    """

    def __init__(self, rows: Sequence[Tree], prefix: Tokens) -> None:
        self.rows, self.prefix = rows, prefix
        self.size = len(rows) * max(tree.width for tree in rows)
        self._tokens = sum(tree.width - len(prefix) for tree in rows)

    @property
    def prefixes(self) -> Collection[Tokens]:
        """The prefix, if there is one."""
        return (self.prefix,) if self.prefix else ()

    def halves(self) -> Iterator[LikelihoodBatch]:
        """The batch in two."""
        middle = len(self.rows) // 2
        for part in (self.rows[:middle], self.rows[middle:]):
            yield LikelihoodBatch(part, self.prefix)

    @cached_property
    def _grid(self) -> Grid:
        return Grid(self.rows, len(self.prefix))

    @torch.inference_mode()
    def answer(self, reader: Reader) -> tuple[list[tuple[int, Likely]], Work]:
        """The answers.

        Raises:
            TrialError: a log-likelihood is not finite.
        """
        grid, device = self._grid, reader.device
        special = {}
        if not grid.plain:
            special["attention_mask"] = grid.mask(reader.live.model.dtype, device)
            special["position_ids"] = grid.positions.to(device)
        out, forward_s = reader.forward(
            input_ids=grid.ids.to(device),
            past_key_values=reader.past(self.prefix, len(self.rows)),
            use_cache=bool(self.prefix),
            logits_to_keep=grid.kept,
            **special,
        )
        answers, softmax_s = scored(reader, grid, out.logits)
        return answers, Work(forward_s + softmax_s, self._tokens)


def scored(
    reader: Reader, grid: Grid, logits: torch.Tensor
) -> tuple[list[tuple[int, Likely]], float]:
    """The answers to a grid's requests, and the seconds that took.

    Args:
        logits: of its last columns, shape (rows, columns, vocabulary).

    Raises:
        TrialError: a log-likelihood is not finite.
    """
    logprobs, seconds = reader.timed(torch.log_softmax, logits, -1)
    totals, greedy = grid.score(logprobs)
    if not bool(torch.isfinite(totals).all()):
        raise TrialError("a log-likelihood is not finite")
    answers = zip(grid.numbers, totals.tolist(), greedy.tolist(), strict=True)
    return [(number, Likely(total, best)) for number, total, best in answers], seconds
