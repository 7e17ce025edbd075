"""An engine without a model: its answers are hashes of the weights and of what is asked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.kind import EngineKind
from evomerge.engine.protocol import EngineOutput, Work
from evomerge.engine.request import Generated, Likelihood, Likely, Request, Response, prompt_hash
from evomerge.errors import TrialError
from evomerge.weights import Parent


class FakeEngine:
    """Answers everything, in no time, with nothing of meaning, as reproducibly as a real one.

    Args:
        tokenizer, cores: not used.
        device: where the memory is that it lends.
    """

    def __init__(self, tokenizer: Any, cores: Cores, device: torch.device) -> None:
        self._device = device
        self._architecture: Architecture | None = None
        self._tensors: dict[str, torch.Tensor] = {}
        self._digests: dict[str, bytes] = {}

    def open(self, architecture: Architecture) -> Collection[str]:
        """Read every tensor of the checkpoint, whatever the config says."""
        if architecture != self._architecture:
            self.close()
            self._architecture = architecture
            self._tensors = {
                name: torch.empty(spec.shape, dtype=spec.dtype, device=self._device)
                for name, spec in architecture.specs.items()
            }
        return self._tensors.keys()

    def lend(self, name: str) -> torch.Tensor:
        """Memory in the tensor's own type."""
        self._digests.pop(name, None)
        return self._tensors[name]

    def written(self, name: str) -> None:
        """Hash what was written."""
        tensor = self._tensors[name].detach().cpu().contiguous()
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            self._digests[name] = b""
        else:
            values = tensor.flatten().view(torch.uint8).numpy()
            self._digests[name] = hashlib.blake2b(values.tobytes(), digest_size=16).digest()

    def answer(
        self,
        requests: Sequence[Sequence[Request]],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> EngineOutput:
        """Answer one item after the other."""
        if self._architecture is None:
            raise RuntimeError("no offspring has been opened")
        for name in self._tensors:
            if name not in self._digests:
                raise RuntimeError(f"{name} has not been written")
            if not self._digests[name]:
                raise TrialError(f"{name} is not finite")
        began = time.perf_counter()
        weights = b"".join(self._digests[name] for name in sorted(self._digests))
        items, tokens = [], 0
        for item in requests:
            checkpoint()
            items.append(tuple(_answer(weights, request) for request in item))
            tokens += sum(len(request.every_token) for request in item)
        return EngineOutput(items, Work(time.perf_counter() - began, tokens))

    def close(self) -> None:
        """Let go of the memory."""
        self._architecture, self._tensors, self._digests = None, {}, {}


def _answer(weights: bytes, request: Request) -> Response:
    asked = prompt_hash([[request]]).encode()
    digest = hashlib.blake2b(weights + asked, digest_size=16)
    if isinstance(request, Likelihood):
        return Likely(-request.scored * (1 + digest.digest()[0] / 256), digest.digest()[1] < 128)
    whole = digest.hexdigest()
    text = whole[: request.max_tokens]
    for stop in request.stops:
        text = text.split(stop)[0]
    return Generated(text, min(len(text) + 1, request.max_tokens), len(text) < request.max_tokens)


def _check(parent: Parent) -> None:
    """Every parent will do that has weights."""
    Architecture.of(parent, parent.tensors.specs)


FAKE = EngineKind(name="fake", make=FakeEngine, check=_check)
