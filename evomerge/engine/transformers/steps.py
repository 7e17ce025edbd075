"""A batch of texts on its way through a model, a token of each row at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

from evomerge.engine.protocol import Work
from evomerge.engine.request import Generation
from evomerge.engine.transformers.batches import pad
from evomerge.engine.transformers.encoded import encode
from evomerge.engine.transformers.prefix import Tokens
from evomerge.engine.transformers.reader import Reader

Ints = npt.NDArray[np.int64]


class Steps(Protocol):
    """Rows with a key-value cache, of which finished ones can be dropped."""

    @property
    def drop_share(self) -> float:
        """Rows are dropped when at least this share of them has finished."""
        ...

    def more(self, alive: int) -> int:
        """How many requests are to be begun now, beside so many rows that are alive."""
        ...

    def begin(self, count: int) -> tuple[torch.Tensor, Work]:
        """Read the prompts of the next requests, as rows behind those that are there.

        Returns:
            Logits of what comes next, of shape (count, vocabulary), and what that took.
        """
        ...

    def keep(self, rows: Ints) -> Ints:
        """Drop all rows but those of these numbers, which rise.

        Returns:
            The numbers in the order in which the rows are then.
        """
        ...

    def go_on(self, tokens: Ints, counts: Ints) -> tuple[torch.Tensor, float]:
        """Read one more token of each row.

        Args:
            counts: how many tokens each answer has with it.

        Returns:
            Logits of what comes next, of shape (rows, vocabulary), and the seconds that took.
        """
        ...


DROP_SHARE = 0.25
"""Where dropping rows copies a cache: finished ones go on unheard until so many are worth it."""


def steps(
    reader: Reader, requests: Sequence[Generation], prefixes: Sequence[Tokens], room: int
) -> Steps:
    """The requests' rows.

    Args:
        prefixes: what each prompt begins with, which the reader has read.
        room: how many rows there are at once, where others can join them.
    """
    if reader.encodes:
        return EncodedSteps(reader, requests)
    if reader.shares:
        from evomerge.engine.transformers.slots import SlotSteps

        return SlotSteps(reader, requests, prefixes, room)
    return TextSteps(reader, requests)


class TextSteps:
    """Rows of a model that reads prompt and answer as one text; prompts are padded on the left."""

    drop_share = DROP_SHARE

    def __init__(self, reader: Reader, requests: Sequence[Generation]) -> None:
        self._reader, self._waiting = reader, len(requests)
        self._prompts = [request.prompt for request in requests]
        self._lengths = np.array([*map(len, self._prompts)])
        self._mask = self._first_mask()
        self._cache: Any = None

    def more(self, alive: int) -> int:
        """All at once."""
        return self._waiting

    def begin(self, count: int) -> tuple[torch.Tensor, Work]:
        """Read the prompts."""
        self._waiting = 0
        ids = pad(self._prompts, 0, "left")
        position = torch.from_numpy(self._lengths)[:, None] + torch.arange(-ids.shape[1], 0)
        logits, seconds = self._read(ids, position.clamp_(min=0))
        return logits, Work(seconds, int(self._lengths.sum()))

    def keep(self, rows: Ints) -> Ints:
        """Drop rows from cache and mask."""
        index = self._reader.keep(self._cache, rows)
        self._mask = None if self._mask is None else self._mask[index]
        self._lengths = self._lengths[rows]
        return rows

    def go_on(self, tokens: Ints, counts: Ints) -> tuple[torch.Tensor, float]:
        """Read each row's next token."""
        if self._mask is not None:
            self._mask = torch.nn.functional.pad(self._mask, (0, 1), value=1)
        # Finished rows stay where they are: the model may have no further positions.
        position = torch.from_numpy(self._lengths + counts - 1)[:, None]
        return self._read(torch.from_numpy(tokens)[:, None], position)

    def _read(self, ids: torch.Tensor, position: torch.Tensor) -> tuple[torch.Tensor, float]:
        device = self._reader.device
        out, seconds = self._reader.forward(
            input_ids=ids.to(device),
            attention_mask=self._mask,
            position_ids=position.to(device),
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        self._cache = out.past_key_values
        return out.logits[:, -1], seconds

    def _first_mask(self) -> torch.Tensor | None:
        """Which positions hold tokens; None where all do."""
        if len({*map(len, self._prompts)}) == 1:
            return None
        rows = pad([[1] * len(prompt) for prompt in self._prompts], 0, "left")
        return rows.to(self._reader.device)


class EncodedSteps:
    """Rows of an encoder-decoder, which writes beside what its encoder has read.

    Their decoder's prompts are equally long, so that no padding moves any position.
    """

    drop_share = DROP_SHARE

    def __init__(self, reader: Reader, requests: Sequence[Generation]) -> None:
        self._reader, self._waiting = reader, len(requests)
        self._prompts = torch.tensor([request.prompt for request in requests])
        self._texts = [request.encoder_tokens or () for request in requests]
        self._cache: Any = None

    def more(self, alive: int) -> int:
        """All at once."""
        return self._waiting

    def begin(self, count: int) -> tuple[torch.Tensor, Work]:
        """Have the encoder read its texts, and the decoder its prompts."""
        self._waiting = 0
        self._encoded, work = encode(self._reader, self._texts)
        logits, seconds = self._read(self._prompts)
        return logits, work + Work(seconds, self._prompts.numel())

    def keep(self, rows: Ints) -> Ints:
        """Drop rows from caches and from what was encoded."""
        index = self._reader.keep(self._cache, rows)
        self._encoded = self._encoded.select(index)
        return rows

    def go_on(self, tokens: Ints, counts: Ints) -> tuple[torch.Tensor, float]:
        """Read each row's next token; the decoder counts its positions itself."""
        return self._read(torch.from_numpy(tokens)[:, None])

    def _read(self, ids: torch.Tensor) -> tuple[torch.Tensor, float]:
        out, seconds = self._reader.forward(
            decoder_input_ids=ids.to(self._reader.device),
            past_key_values=self._cache,
            use_cache=True,
            **self._encoded.inputs,
        )
        self._cache = out.past_key_values
        return out.logits[:, -1], seconds
