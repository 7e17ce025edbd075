"""How tensors of this process reach vLLM's: its own sender, over memory that both map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import torch
from vllm.distributed.weight_transfer.base import ParamMeta, WeightSource
from vllm.distributed.weight_transfer.ipc_engine import (
    IPCTrainerInitInfo,
    IPCTrainerWeightTransferEngine,
)


class _Lent(WeightSource):  # type: ignore[misc]
    """Tensors that were lent, by their names in a checkpoint."""

    def __init__(self, tensors: Mapping[str, torch.Tensor]) -> None:
        self._tensors = tensors

    @cached_property
    def metadata(self) -> list[ParamMeta]:
        """Their names, types and shapes."""
        return [ParamMeta(n, t.dtype, tuple(t.shape)) for n, t in self._tensors.items()]

    def iter_full(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Each tensor whole."""
        yield from self._tensors.items()


class _Client:
    """An `LLM` of this process as a sender tells it what comes."""

    def __init__(self, llm: Any) -> None:
        self._llm = llm

    def init_weight_transfer_engine(self, init_info: dict[str, Any]) -> None:
        """Say once how tensors will come."""
        self._llm.init_weight_transfer_engine({"init_info": init_info})

    def start_weight_update(self) -> None:
        """Say that tensors come."""
        self._llm.start_weight_update()

    def update_weights(self, update_info: Any) -> None:
        """Hand over some of them."""
        self._llm.update_weights({"update_info": update_info})

    def finish_weight_update(self, weight_version: str | None = None) -> None:
        """Say that all have come."""
        self._llm.finish_weight_update(weight_version)


def sender(llm: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    """What sends the tensors as they are then, in pieces of bounded memory."""
    return IPCTrainerWeightTransferEngine.trainer_init(
        IPCTrainerInitInfo(packed=True, rank=0), client=_Client(llm), source=_Lent(tensors)
    )
