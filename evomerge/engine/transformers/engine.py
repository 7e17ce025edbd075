"""The engine that transformers' models are: written in place, and read batch after batch."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.kind import EngineKind
from evomerge.engine.protocol import EngineOutput, Statistics
from evomerge.engine.request import Request
from evomerge.engine.route import Route
from evomerge.engine.transformers import generation, likelihood
from evomerge.engine.transformers.batches import HANDS
from evomerge.engine.transformers.checks import check_parent
from evomerge.engine.transformers.live import LiveModel
from evomerge.engine.transformers.rewiring import Rewiring
from evomerge.engine.transformers.scorer import Scorer
from evomerge.engine.transformers.statistics import FINDERS, logits, readable


class TransformersEngine:
    """A live model of transformers, one at a time.

    Args:
        tokenizer: of what is asked.
        cores: threads to spread batches over.
        devices: where the model is; of several, its layers are spread over them.
    """

    def __init__(self, tokenizer: Any, cores: Cores, *devices: torch.device) -> None:
        self._scorer, self._devices = Scorer(tokenizer, cores), devices
        self._architecture: Architecture | None = None
        self._live: LiveModel | None = None
        self._unwritten: set[str] = set()
        self._rewirings: dict[str, Rewiring | None] = {}

    @property
    def live(self) -> LiveModel:
        """The model in memory."""
        if self._live is None:
            raise RuntimeError("no offspring has been opened")
        return self._live

    def open(self, architecture: Architecture) -> Collection[str]:
        """Make room for an offspring; see :class:`evomerge.engine.protocol.Engine`."""
        if self._live is None or architecture != self._architecture:
            self.close()  # one at a time: its memory goes to the next
            live = LiveModel(architecture, *self._devices)
            self._unwritten = set(live.tensors)
            self._architecture, self._live = architecture, live
        for rewiring in filter(None, self._rewirings.values()):
            rewiring.undo()
        return self.live.tensors.keys()

    def follow(self, route: Route) -> bool:
        """Run through the layers in another order; False where the model holds states of them."""
        if route.stack not in self._rewirings:
            self._rewirings[route.stack] = Rewiring.of(self.live, route.stack)
        rewiring = self._rewirings[route.stack]
        if rewiring is None:
            return False
        rewiring.follow(route)
        return True

    def lend(self, name: str) -> torch.Tensor:
        """The live tensor itself."""
        self._unwritten.add(name)
        return self.live.tensors[name]

    def written(self, name: str) -> None:
        """Count a tensor among those that are whole."""
        self._unwritten.discard(name)

    def answer(
        self,
        requests: Sequence[Sequence[Request]],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> EngineOutput:
        """Answer in batches, one on each core."""
        live = self.live
        if self._unwritten:
            raise RuntimeError(f"{min(self._unwritten)} has not been written")
        return self._scorer.answer(live, requests, checkpoint)

    def close(self) -> None:
        """Let go of the model."""
        is_spread = self._live is not None and self._live.is_spread
        self._architecture = self._live = None
        self._rewirings = {}
        if is_spread:
            gc.collect()  # accelerate's hooks and their modules hold each other

    def readable(self, tokens: Sequence[int]) -> list[int]:
        """Those tokens that the model has a row for, as many as it has positions."""
        return readable(self.live, tokens)

    @torch.inference_mode()
    def next_tokens(self, tokens: Sequence[int]) -> torch.Tensor:
        """What comes next at each position: log-probabilities of shape (tokens, vocabulary)."""
        return logits(self.live, tokens).float().log_softmax(-1)

    def statistics(self, kind: str, prompts: Sequence[Sequence[int]]) -> Statistics:
        """A statistic of texts, by forward and backward passes."""
        return FINDERS[kind](self.live, prompts)


def _settings() -> Mapping[str, Any]:
    """How rows are put into batches: another way rounds differently."""
    return {
        "likelihood_tokens": likelihood.TOKENS_PER_BATCH,
        "generation_tokens": generation.TOKENS_PER_BATCH,
        "generation_copied": generation.TOKENS_COPIED,
        "generation_fills": generation.FILLS,
        "batches_alike": HANDS,
    }


TRANSFORMERS = EngineKind(
    name="transformers",
    make=TransformersEngine,
    check=check_parent,
    packages=("transformers", "torch"),
    settings=_settings,
    spreads=True,
)
