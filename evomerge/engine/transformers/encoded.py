"""What an encoder makes of texts, each of them read once, for a decoder to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from evomerge.engine.protocol import Work
from evomerge.engine.transformers.batches import pad
from evomerge.engine.transformers.prefix import Tokens
from evomerge.engine.transformers.reader import Reader


@dataclass(frozen=True)
class Encoded:
    """Texts as an encoder has read them, padded on the right."""

    kind: type[Any]
    """The class of what the encoder gives."""
    states: torch.Tensor
    """Of shape (texts, positions, width)."""
    mask: torch.Tensor
    """Which positions hold tokens, of shape (texts, positions)."""

    def select(self, index: torch.Tensor) -> Encoded:
        """The texts of these numbers, in their order."""
        return Encoded(self.kind, self.states[index], self.mask[index])

    @property
    def inputs(self) -> dict[str, Any]:
        """What the model is given in the place of texts."""
        states = self.kind(last_hidden_state=self.states)
        return {"encoder_outputs": states, "attention_mask": self.mask}


def encode(reader: Reader, texts: Sequence[Tokens]) -> tuple[Encoded, Work]:
    """What the encoder makes of texts; of equal ones it reads one."""
    different = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    encoder = reader.live.model.get_encoder()
    ids = pad([*different], 0, "right").to(reader.device)
    mask = pad([[1] * len(text) for text in different], 0, "right").to(reader.device)
    out, seconds = reader.timed(encoder, input_ids=ids, attention_mask=mask)
    rows = torch.tensor([different[text] for text in texts], device=reader.device)
    states = out.last_hidden_state.to(reader.device)  # of layers that are spread, the last has them
    encoded = Encoded(type(out), states, mask).select(rows)
    return encoded, Work(seconds, sum(map(len, different)))
