"""Prompts to be answered, in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from evomerge.engine.protocol import Work
from evomerge.engine.request import Generated, Generation
from evomerge.engine.transformers.batches import HANDS, batched
from evomerge.engine.transformers.decoding import Decoding
from evomerge.engine.transformers.prefix import Tokens, by_prefix
from evomerge.engine.transformers.reader import Reader

TOKENS_PER_BATCH = {"cpu": 32768, "cuda": 65536}
"""Positions in the slots of a key-value cache: those of the longest prompt and answer, for each. A
step of few rows takes a core almost as long as one of many, since it reads all weights."""
TOKENS_COPIED = {"cpu": 4096, "cuda": 65536}
"""The same (and those of what an encoder reads) of a cache that is copied at each step."""

FILLS = 2
"""A batch has so many times the rows that there is room for, where one can begin when another ends:
more would keep the cores busier with full steps, but leave less for other cores."""

Numbered = tuple[int, Generation]


@dataclass(frozen=True)
class PromptRow:
    """A request in a batch."""

    number: int
    request: Generation
    prefix: Tokens = ()
    """What its prompt begins with, and is read elsewhere."""

    @property
    def positions(self) -> int:
        """Positions of a cache that it takes at most."""
        return self.request.most_tokens


def generation_batches(
    requests: Sequence[Numbered], shares: bool, device: str
) -> Iterator[GenerationBatch]:
    """Numbered requests in batches.

    Args:
        shares: whether the model can read what prompts share once, and its cache has slots.
    """
    if shares:
        grouped = by_prefix(requests, lambda one: one[1].prompt[:-1])
        rows = [PromptRow(*one, prefix) for prefix, group in grouped for one in group]
        yield from _queues(rows, TOKENS_PER_BATCH[device], HANDS[device])
        return
    for group in _alike(requests):
        for batch in batched(
            group, lambda row: row.positions, TOKENS_COPIED[device], HANDS[device]
        ):
            yield GenerationBatch(batch, len(batch))


def _queues(rows: Sequence[PromptRow], limit: int, hands: int) -> Iterator[GenerationBatch]:
    """Rows of similar length, longest first, dealt out like cards to so many batches at a time.

    Where what is left would make less than half of such batches, it joins the last ones: steps of
    few rows are dear.
    """
    waiting = sorted(rows, key=lambda row: row.positions, reverse=True)
    while waiting:
        room = max(1, limit // waiting[0].positions)
        full = hands * FILLS * room
        count = full if 2 * len(waiting) >= 3 * full else len(waiting)
        for hand in range(min(hands, count)):
            yield GenerationBatch(sorted(waiting[hand:count:hands], key=_turn), room)
        waiting = waiting[count:]


def _turn(row: PromptRow) -> tuple[int, Tokens, int]:
    """Those that may say most begin first; of those, prompts that begin alike are read together."""
    return -row.request.max_tokens, row.prefix, -row.positions


def _alike(requests: Sequence[Numbered]) -> Iterator[list[PromptRow]]:
    """Requests that can be read side by side: prompts of decoders must be equally long."""
    groups: dict[int, list[PromptRow]] = defaultdict(list)
    for number, request in requests:
        encoded = request.encoder_tokens is not None
        groups[len(request.prompt) if encoded else 0].append(PromptRow(number, request))
    yield from groups.values()


class GenerationBatch:
    """Prompts that are answered at the same time, or one when another ends.

    Args:
        room: how many are answered at once.
    """

    def __init__(self, rows: Sequence[PromptRow], room: int) -> None:
        self.rows, self.room = rows, min(room, len(rows))
        self.size = self.room * max(row.positions for row in rows)

    @property
    def prefixes(self) -> Collection[Tokens]:
        """What prompts begin with, and is read elsewhere."""
        return dict.fromkeys(row.prefix for row in self.rows if row.prefix)

    def halves(self) -> Iterator[GenerationBatch]:
        """The batch in two."""
        middle = len(self.rows) // 2
        for part in (self.rows[:middle], self.rows[middle:]):
            yield GenerationBatch(part, self.room)

    def answer(self, reader: Reader) -> tuple[list[tuple[int, Generated]], Work]:
        """The answers.

        Raises:
            TrialError: a logit is not finite.
        """
        requests = [row.request for row in self.rows]
        decoding = Decoding(reader, requests, [row.prefix for row in self.rows], self.room)
        answers = decoding.run()
        numbers = [row.number for row in self.rows]
        return list(zip(numbers, answers, strict=True)), decoding.work
