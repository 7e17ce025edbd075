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
        columns = max(request.most_tokens for request in requests)
        self._cache = Slots(reader.layers, self._room, columns)

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
        """Read the next texts' prompts behind their prefix, into free slots."""
        requests = self._requests[self._begun : self._begun + count]
        prefix, first = self._prefixes[self._begun], len(self._lengths)
        start = len(prefix)
        rests = [request.prompt[start:] for request in requests]
        ids, lengths = pad(rests, 0, "left"), np.array([*map(len, rests)])
        columns = start + lengths[:, None] + np.arange(-ids.shape[1], 0)
        if prefix:
            self._cache.fill(first, count, self._reader.beginning(prefix))
        logits, seconds = self._read(first, ids, columns, start)
        self._lengths = np.concatenate([self._lengths, lengths + start])
        self._begun += count
        return logits, Work(seconds, int(lengths.sum()))

    def keep(self, rows: Ints) -> Ints:
        """Drop all rows but those of these numbers: the last ones move into free slots.

        Returns:
            Which row is where then.
        """
        count = len(rows)
        order = np.arange(count)
        free = np.setdiff1d(order, rows)
        if len(free):
            order[free] = rows[rows >= count]
            self._cache.move(order[free], free)
        self._lengths = self._lengths[order]
        return order

    def go_on(self, tokens: Ints, counts: Ints) -> tuple[torch.Tensor, float]:
        """Read each row's next token."""
        columns = self._lengths[:, None]
        self._lengths = self._lengths + 1
        return self._read(0, torch.from_numpy(tokens)[:, None], columns, 0)

    def _read(
        self, first: int, ids: torch.Tensor, columns: Ints, start: int
    ) -> tuple[torch.Tensor, float]:
        """Read tokens of texts into their slots.

        Args:
            first: the slot of the first text.
            columns: where each token goes; what is before `start` is padding.
        """
        device, seen = self._reader.device, int(columns.max()) + 1
        at = torch.from_numpy(columns).to(device)
        self._cache.point(first, at.masked_fill(at < start, self._cache.unused), seen)
        mask = None
        if seen > ids.shape[1] or bool((columns < start).any()):
            hidden = torch.arange(seen, device=device) > at[:, :, None]
            mask = torch.zeros(hidden.shape, dtype=self._reader.live.model.dtype, device=device)
            mask = mask.masked_fill_(hidden, torch.finfo(mask.dtype).min)[:, None]
        out, seconds = self._reader.forward(
            input_ids=ids.to(device),
            attention_mask=mask,
            position_ids=at.clamp(min=0),
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return out.logits[:, -1], seconds


class Slots(Cache):  # type: ignore[misc]
    """A key-value cache with room for so many texts.

    Args:
        layers: of the model.
        columns: positions of each text, at most; one more of each is written and never looked at.
    """

    def __init__(self, layers: int, rows: int, columns: int) -> None:
        self.unused = columns
        """The column where padding goes."""
        super().__init__(layers=[SlotLayer(rows, columns + 1) for _ in range(layers)])

    def fill(self, first: int, count: int, cache: Any) -> None:
        """Begin texts with what a cache of one row holds.

        Args:
            first: the slot of the first one.
            count: how many they are.
        """
        for slot, read in zip(self.layers, cache.layers, strict=True):
            slot.lazy_initialization(read.keys, read.values)
            for mine, theirs in ((slot.keys, read.keys), (slot.values, read.values)):
                mine[first : first + count, :, : theirs.shape[2]] = theirs

    def move(self, sources: Ints, targets: Ints) -> None:
        """Copy texts from slots to slots."""
        for layer in self.layers:
            for tensor in (layer.keys, layer.values):
                tensor[torch.from_numpy(targets)] = tensor[torch.from_numpy(sources)]

    def point(self, first: int, columns: torch.Tensor, seen: int) -> None:
        """Say where the next tokens go, and how many columns are looked at.

        Args:
            first: the slot of the first row.
            columns: for each row those of its tokens.
        """
        for layer in self.layers:
            layer.first, layer.columns, layer.seen = first, columns, seen


class SlotLayer(CacheLayerMixin):  # type: ignore[misc]
    """One layer's keys and values, each of shape (slots, heads, columns, size) once known."""

    is_sliding = False

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self._shape, self.first, self.seen = (rows, columns), 0, 0
        self.is_initialized = False
        self.columns = torch.empty(0, dtype=torch.long)

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Make room, once, for keys and values like these."""
        if not self.is_initialized:
            self.keys = _empty(key_states, *self._shape)
            self.values = _empty(value_states, *self._shape)
            self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write each row's next tokens, and show all that was written."""
        self.lazy_initialization(key_states, value_states)
        rows, columns = slice(self.first, self.first + len(key_states)), self.columns
        columns = columns.to(key_states.device)  # layers may be on several
        index = torch.arange(rows.start, rows.stop, device=columns.device)[:, None]
        self.keys[index, :, columns] = key_states.transpose(1, 2)
        self.values[index, :, columns] = value_states.transpose(1, 2)
        return self.keys[rows, :, : self.seen], self.values[rows, :, : self.seen]

    def get_seq_length(self) -> int:
        """Columns before those that are written next."""
        return max(0, self.seen - (self.columns.shape[1] if self.seen else 0))

    def get_max_length(self) -> int:
        """How many columns there are."""
        return self._shape[1]

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
