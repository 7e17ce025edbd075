"""Texts in the slots of one key-value cache, written in place: where one ends, another begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers.cache_utils import Cache, CacheLayerMixin

from evomerge.engine.protocol import Work
from evomerge.engine.request import Generation
from evomerge.engine.transformers.batches import pad
from evomerge.engine.transformers.likelihood import TOKENS_PER_BATCH
from evomerge.engine.transformers.prefix import Tokens
from evomerge.engine.transformers.reader import Reader

Ints = npt.NDArray[np.int64]

REFILLED = 8
"""Texts begin once an eighth of the slots is free: prompts cost less when read together."""


class SlotSteps:
    """Rows of a model that looks at all positions before by the mask that it is given.

    Alive are the first slots. Each holds a text from its first column on, without padding, and the
    mask hides what is behind it.

    Args:
        prefixes: what each prompt begins with, which the reader has read. Those that stand together
            are read together.
        room: how many texts there is room for at once.
    """

    drop_share = 0.0

    def __init__(
        self, reader: Reader, requests: Sequence[Generation], prefixes: Sequence[Tokens], room: int
    ) -> None:
        self._reader, self._requests, self._prefixes = reader, requests, prefixes
        self._room, self._begun = min(room, len(requests)), 0
        self._lengths = np.zeros(0, dtype=np.int64)
        """How many columns of each slot are written."""
        self._cache: Slots | None = None

    def more(self, alive: int) -> int:
        """How many texts are to be begun now."""
        waiting, free = self._requests[self._begun :], self._room - alive
        if alive and free < min(len(waiting), max(1, self._room // REFILLED)):
            return 0
        prefixes, limit = self._prefixes[self._begun :], TOKENS_PER_BATCH[self._reader.device.type]
        count, longest = 0, 0
        for request, prefix in zip(waiting[:free], prefixes, strict=False):
            longest = max(longest, len(request.prompt) - len(prefix))
            if count and (longest * (count + 1) > limit or prefix != prefixes[0]):
                break
            count += 1
        return count

    def begin(self, count: int) -> tuple[torch.Tensor, Work]:
        """Read the next texts' prompts behind their prefix, and write them into free slots."""
        requests = self._requests[self._begun : self._begun + count]
        prefix, device = self._prefixes[self._begun], self._reader.device
        start = len(prefix)
        rests = [request.prompt[start:] for request in requests]
        ids, lengths = pad(rests, 0, "left"), np.array([*map(len, rests)])
        width = ids.shape[1]
        positions = torch.from_numpy(lengths)[:, None] + torch.arange(start - width, start)
        out, seconds = self._reader.forward(
            input_ids=ids.to(device),
            attention_mask=_padding(lengths, width, start, device),
            position_ids=positions.clamp_(min=0).to(device),
            past_key_values=self._reader.past(prefix, count),
            use_cache=True,
            logits_to_keep=1,
        )
        if self._cache is None:
            columns = max(request.most_tokens for request in self._requests)
            self._cache = Slots(out.past_key_values, self._room, columns)
        self._cache.put(len(self._lengths), out.past_key_values, _behind(lengths, width, start))
        self._lengths = np.concatenate([self._lengths, lengths + start])
        self._begun += count
        return out.logits[:, -1], Work(seconds, int(lengths.sum()))

    def keep(self, rows: Ints) -> Ints:
        """Drop all rows but those of these numbers: the last ones move into free slots.

        Returns:
            Which row is where then.
        """
        count = len(rows)
        order = np.arange(count)
        free = np.setdiff1d(order, rows)
        if len(free):
            assert self._cache is not None
            order[free] = rows[rows >= count]
            self._cache.move(order[free], free)
        self._lengths = self._lengths[order]
        return order

    def go_on(self, tokens: Ints, counts: Ints) -> tuple[torch.Tensor, float]:
        """Read each row's next token."""
        assert self._cache is not None
        device = self._reader.device
        columns = torch.from_numpy(self._lengths).to(device)
        self._lengths = self._lengths + 1
        seen = int(self._lengths.max())
        self._cache.point(columns, seen)
        hidden = torch.arange(seen, device=device) > columns[:, None]
        dtype = self._reader.live.model.dtype
        mask = torch.zeros(hidden.shape, dtype=dtype, device=device)
        out, seconds = self._reader.forward(
            input_ids=torch.from_numpy(tokens)[:, None].to(device),
            attention_mask=mask.masked_fill_(hidden, torch.finfo(dtype).min)[:, None, None],
            position_ids=columns[:, None],
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return out.logits[:, -1], seconds


def _padding(lengths: Ints, width: int, start: int, device: torch.device) -> torch.Tensor | None:
    """Which positions hold tokens, (rows, start + width); None where all do."""
    if (lengths == width).all():
        return None
    held = np.arange(width) >= width - lengths[:, None]
    whole = np.concatenate([np.ones((len(lengths), start), dtype=bool), held], axis=1)
    return torch.from_numpy(whole.astype(np.int64)).to(device)


def _behind(lengths: Ints, width: int, start: int) -> torch.Tensor | None:
    """For each row which columns stand in its slot, without padding; None where there is none."""
    if (lengths == width).all():
        return None
    columns = np.arange(start + width)
    moved = np.where(columns < start, columns, columns + (width - lengths)[:, None])
    return torch.from_numpy(np.minimum(moved, start + width - 1))


class Slots(Cache):  # type: ignore[misc]
    """A key-value cache with room for so many texts.

    Args:
        like: a cache with the same layers.
        columns: positions of each text, at most.
    """

    def __init__(self, like: Any, rows: int, columns: int) -> None:
        super().__init__(layers=[SlotLayer(layer, rows, columns) for layer in like.layers])

    def put(self, first: int, cache: Any, columns: torch.Tensor | None) -> None:
        """Write texts into slots.

        Args:
            first: the slot of the first one.
            cache: where they were read.
            columns: for each row which columns of it are meant; None: all, as they are.
        """
        for slot, read in zip(self.layers, cache.layers, strict=True):
            for mine, theirs in ((slot.keys, read.keys), (slot.values, read.values)):
                rows, heads, width, size = theirs.shape
                if columns is not None:
                    index = columns.to(theirs.device)[:, None, :, None]
                    theirs = theirs.gather(2, index.expand(rows, heads, width, size))
                mine[first : first + rows, :, :width] = theirs

    def move(self, sources: Ints, targets: Ints) -> None:
        """Copy texts from slots to slots."""
        for layer in self.layers:
            for tensor in (layer.keys, layer.values):
                tensor[torch.from_numpy(targets)] = tensor[torch.from_numpy(sources)]

    def point(self, columns: torch.Tensor, seen: int) -> None:
        """Say where the first slots' next tokens go, and how many columns are looked at."""
        rows = torch.arange(len(columns), device=columns.device)
        at = {layer.keys.device for layer in self.layers}
        there = {device: (rows.to(device), columns.to(device)) for device in at}
        for layer in self.layers:
            (layer.rows, layer.columns), layer.seen = there[layer.keys.device], seen


class SlotLayer(CacheLayerMixin):  # type: ignore[misc]
    """One layer's keys and values, each of shape (slots, heads, columns, size)."""

    is_sliding = False

    def __init__(self, like: Any, rows: int, columns: int) -> None:
        super().__init__()
        self.keys, self.values = (_empty(x, rows, columns) for x in (like.keys, like.values))
        self.is_initialized = True
        self.rows = self.columns = torch.empty(0, dtype=torch.long)
        self.seen = 0

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Nothing is left to do."""

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write each row's next token, and show all that was written."""
        count = len(key_states)
        self.keys[self.rows, :, self.columns] = key_states[:, :, 0]
        self.values[self.rows, :, self.columns] = value_states[:, :, 0]
        return self.keys[:count, :, : self.seen], self.values[:count, :, : self.seen]

    def get_seq_length(self) -> int:
        """Columns before those that are written next."""
        return max(self.seen - 1, 0)

    def get_max_length(self) -> int:
        """How many columns there are."""
        return int(self.keys.shape[2])

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """How many columns are looked at, from which on."""
        return self.seen, 0


def _empty(like: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Zeros, since what is hidden is multiplied by 0; on the CPU those untouched take no room."""
    shape = (rows, like.shape[1], columns, like.shape[3])
    if like.device.type != "cpu":
        return torch.zeros(shape, dtype=like.dtype, device=like.device)
    whole = np.zeros(int(np.prod(shape)) * like.element_size(), dtype=np.uint8)
    return torch.from_numpy(whole).view(like.dtype).view(shape)
