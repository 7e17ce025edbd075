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

    def begin(self) -> tuple[torch.Tensor, Work]:
        """Read the prompts.

        Returns:
            Logits of what comes next, of shape (rows, vocabulary), and what that took.
        """
        ...

    def keep(self, rows: torch.Tensor) -> None:
        """Drop all rows but those of these numbers."""
        ...

    def go_on(self, tokens: Ints, counts: Ints) -> tuple[torch.Tensor, float]:
        """Read one more token of each row.

        Args:
            counts: how many tokens each answer has with it.

        Returns:
            Logits of what comes next, of shape (rows, vocabulary), and the seconds that took.
        """
        ...


def steps(reader: Reader, requests: Sequence[Generation], prefix: Tokens) -> Steps:
    """The requests' rows.

    Args:
        prefix: what all prompts begin with, which the reader has read.
    """
    if reader.encodes:
        return EncodedSteps(reader, requests)
    return TextSteps(reader, requests, prefix)


class TextSteps:
    """Rows of a model that reads prompt and answer as one text; prompts are padded on the left."""

    def __init__(self, reader: Reader, requests: Sequence[Generation], prefix: Tokens) -> None:
        self._reader, self._prefix = reader, prefix
        self._rests = [request.prompt[len(prefix) :] for request in requests]
        self._lengths = np.array([len(request.prompt) for request in requests])
        self._mask = self._first_mask()
        self._cache: Any = reader.past(prefix, len(requests))

    def begin(self) -> tuple[torch.Tensor, Work]:
        """Read the prompts behind the prefix."""
        ids = pad(self._rests, 0, "left")
        position = torch.from_numpy(self._lengths)[:, None] + torch.arange(-ids.shape[1], 0)
        logits, seconds = self._read(ids, position.clamp_(min=0))
        return logits, Work(seconds, sum(map(len, self._rests)))

    def keep(self, rows: torch.Tensor) -> None:
        """Drop rows from cache and mask."""
        self._cache.batch_select_indices(rows)
        self._mask = None if self._mask is None else self._mask[rows]
        self._lengths = self._lengths[rows.cpu().numpy()]

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
        if len(set(map(len, self._rests))) == 1:
            return None
        start = [1] * len(self._prefix)
        width = max(map(len, self._rests))
        rows = [[*start, *[0] * (width - len(rest)), *[1] * len(rest)] for rest in self._rests]
        return torch.tensor(rows, device=self._reader.device)


class EncodedSteps:
    """Rows of an encoder-decoder, which writes beside what its encoder has read.

    Their decoder's prompts are equally long, so that no padding moves any position.
    """

    def __init__(self, reader: Reader, requests: Sequence[Generation]) -> None:
        self._reader = reader
        self._prompts = torch.tensor([request.prompt for request in requests])
        self._texts = [request.encoder_tokens or () for request in requests]
        self._cache: Any = None

    def begin(self) -> tuple[torch.Tensor, Work]:
        """Have the encoder read its texts, and the decoder its prompts."""
        self._encoded, work = encode(self._reader, self._texts)
        logits, seconds = self._read(self._prompts)
        return logits, work + Work(seconds, self._prompts.numel())

    def keep(self, rows: torch.Tensor) -> None:
        """Drop rows from caches and from what was encoded."""
        self._cache.batch_select_indices(rows)
        self._encoded = self._encoded.select(rows)

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
