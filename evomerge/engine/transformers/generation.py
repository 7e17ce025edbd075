"""Prompts to be answered, in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from evomerge.engine.protocol import Work
from evomerge.engine.request import Generated, Generation
from evomerge.engine.transformers.batches import HANDS, batched
from evomerge.engine.transformers.decoding import Decoding
from evomerge.engine.transformers.prefix import Tokens, by_prefix
from evomerge.engine.transformers.reader import Reader

TOKENS_PER_BATCH = {"cpu": 16384, "cuda": 65536}
"""Positions in the slots of a key-value cache: those of the longest prompt and answer, for each. A
step of few rows takes a core almost as long as one of many, since it reads all weights."""
TOKENS_COPIED = {"cpu": 4096, "cuda": 65536}
"""The same (and those of what an encoder reads) of a cache that is copied at each step."""

FILLS = 2
"""A batch has so many times the rows that there is room for, where one can begin when another ends:
more would keep the cores busier with full steps, but leave less for other cores."""

Numbered = tuple[int, Generation]


def generation_batches(
    requests: Sequence[Numbered], shares: bool, device: str
) -> Iterator[GenerationBatch]:
    """Numbered requests in batches.

    Args:
        shares: whether the model can read what prompts share once.
    """
    groups: Iterable[tuple[Tokens, list[Numbered]]] = [((), one) for one in _alike(requests)]
    limit, fills = TOKENS_COPIED[device], 1
    if shares:
        groups = by_prefix(requests, lambda one: one[1].prompt[:-1])
        limit, fills = TOKENS_PER_BATCH[device], FILLS
    for prefix, group in groups:
        for batch in batched(group, _positions, limit * fills, HANDS[device]):
            yield GenerationBatch(batch, prefix, max(1, limit // max(map(_positions, batch))))


def _alike(requests: Sequence[Numbered]) -> Iterator[list[Numbered]]:
    """Requests that can be read side by side: prompts of decoders must be equally long."""
    groups: dict[int, list[Numbered]] = defaultdict(list)
    for numbered in requests:
        encoded = numbered[1].encoder_tokens is not None
        groups[len(numbered[1].prompt) if encoded else 0].append(numbered)
    yield from groups.values()


def _positions(numbered: Numbered) -> int:
    return numbered[1].most_tokens


class GenerationBatch:
    """Prompts that are answered at the same time, or one when another ends.

    Args:
        prefix: what all of them begin with, and is read elsewhere.
        room: how many are answered at once.
    """

    def __init__(self, rows: Sequence[Numbered], prefix: Tokens, room: int) -> None:
        self.rows, self.prefix, self.room = rows, prefix, min(room, len(rows))
        self.size = self.room * max(map(_positions, rows))

    def halves(self) -> Iterator[GenerationBatch]:
        """The batch in two."""
        middle = len(self.rows) // 2
        for part in (self.rows[:middle], self.rows[middle:]):
            yield GenerationBatch(part, self.prefix, self.room)

    def answer(self, reader: Reader) -> tuple[list[tuple[int, Generated]], Work]:
        """The answers.

        Raises:
            TrialError: a logit is not finite.
        """
        requests = [request for _, request in self.rows]
        decoding = Decoding(reader, requests, self.prefix, self.room)
        answers = decoding.run()
        numbers = [number for number, _ in self.rows]
        return list(zip(numbers, answers, strict=True)), decoding.work
