"""A live model as batches read with it, and the beginnings that it has read for them."""

from __future__ import annotations

import copy
import inspect
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch

from evomerge.engine.protocol import Work
from evomerge.engine.transformers.live import LiveModel
from evomerge.engine.transformers.prefix import Tokens
from evomerge.engine.transformers.stops import Stops
from evomerge.weights.configs.known import is_encoder_decoder

T = TypeVar("T")


class Reader:
    """Reads with a live model, for one offspring.

    Args:
        live: its weights must not change as long as the reader is used.
    """

    def __init__(self, live: LiveModel, stops: Stops) -> None:
        self.live, self.stops = live, stops
        self._accepted = set(inspect.signature(live.model.forward).parameters)
        self._read: dict[Tokens, Any] = {}

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.live.device

    @cached_property
    def encodes(self) -> bool:
        """Whether an encoder reads what is asked."""
        return is_encoder_decoder(self.live.model.config)

    @cached_property
    def shares(self) -> bool:
        """Whether texts that begin alike can be read from where they part.

        For that each layer must look at all positions before by the mask and the positions that
        it is given: no sliding windows, no states, no distances of the model's own, no encoder.
        """
        from transformers.cache_utils import DynamicLayer

        model = self.live.model
        if self.encodes or not model._supports_attention_backend or model._is_stateful:
            return False
        if not {"attention_mask", "position_ids", "past_key_values"} <= self._accepted:
            return False
        return all(type(layer) is DynamicLayer for layer in self._layers)

    @property
    def layers(self) -> int:
        """How many layers a cache has."""
        return len(self._layers)

    @cached_property
    def _layers(self) -> list[Any]:
        """The layers of transformers' own cache."""
        from transformers import DynamicCache

        config = self.live.model.config.get_text_config(decoder=True)
        return [*DynamicCache(config=config).layers]

    @torch.inference_mode()
    def read(self, prefix: Tokens) -> Work:
        """Read a beginning and remember it."""
        ids = torch.tensor([prefix], device=self.device)
        out, seconds = self.forward(input_ids=ids, use_cache=True, logits_to_keep=1)
        self._read[prefix] = out.past_key_values
        return Work(seconds, len(prefix))

    def beginning(self, prefix: Tokens) -> Any:
        """The cache of a beginning that was read, with one row; it must not be changed."""
        return self._read[prefix]

    def past(self, prefix: Tokens, rows: int) -> Any:
        """The cache of a beginning that was read, for that many rows; None for an empty one."""
        if not prefix:
            return None
        cache = copy.deepcopy(self.beginning(prefix))
        cache.batch_repeat_interleave(rows)
        return cache

    def keep(self, cache: Any, rows: npt.NDArray[np.int64]) -> torch.Tensor:
        """Drop all rows of a cache but those of these numbers.

        Returns:
            The numbers, where the model's inputs are.
        """
        index = torch.from_numpy(rows).to(self.device)
        # Layers that are spread have caches on several devices, which one on the CPU can index.
        cache.batch_select_indices(index.cpu() if self.live.is_spread else index)
        return index

    def forward(self, **inputs: Any) -> tuple[Any, float]:
        """What the model gives for those inputs that it knows, and the seconds it took."""
        known = {key: value for key, value in inputs.items() if key in self._accepted}
        return self.timed(self.live.model, **known)

    def timed(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[T, float]:
        """What a function gives, and the seconds it took."""
        began = time.perf_counter()
        result = function(*args, **kwargs)
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        return result, time.perf_counter() - began
