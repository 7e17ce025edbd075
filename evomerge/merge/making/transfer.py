"""Tensors copied to a GPU while it works on others."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import torch

AHEAD = 2
"""Most operations whose tensors are in flight: the next one, and the one after that."""


class Transfer:
    """Copies tensors from pinned memory on a stream of its own.

    Args:
        device: a GPU.
    """

    def __init__(self, device: torch.device) -> None:
        self._stream: torch.cuda.Stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._device = device
        self._sent: dict[Hashable, tuple[list[torch.Tensor], torch.cuda.Event]] = {}

    def send(self, key: Hashable, tensors: Sequence[torch.Tensor]) -> None:
        """Begin to copy tensors that will be asked for by this key."""
        if key not in self._sent:
            if len(self._sent) == AHEAD:  # the first was never taken
                del self._sent[next(iter(self._sent))]
            with torch.cuda.stream(self._stream):
                copies = [tensor.to(self._device, non_blocking=True) for tensor in tensors]
                self._sent[key] = copies, self._stream.record_event()

    def take(self, key: Hashable, tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The copies, once they are there; sent only now if they were not before."""
        self.send(key, tensors)
        copies, arrived = self._sent.pop(key)
        arrived.synchronize()  # else Python would run ahead, and fill the memory
        for copy in copies:
            copy.record_stream(torch.cuda.current_stream(self._device))
        return copies
