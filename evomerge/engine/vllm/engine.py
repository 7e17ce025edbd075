"""vLLM as an engine, on one GPU: weights are written in place by its own weight transfer.

Nothing of vLLM is imported until an offspring is opened. Written against the signatures of 0.33,
which tests/engine/vllm/ holds it to; vLLM itself runs on GPUs alone.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.kind import EngineKind
from evomerge.engine.protocol import EngineOutput, Work
from evomerge.engine.request import Request, Response
from evomerge.engine.transformers.checks import check_parent
from evomerge.engine.transformers.live import LiveModel
from evomerge.engine.vllm.translator import Translator, read, text_of
from evomerge.errors import ParentError
from evomerge.weights import Parent
from evomerge.weights.configs.known import is_encoder_decoder, known

SHARE = 0.85
"""Of the GPU's memory that is free beside the tensors that are lent, for weights and cache."""
SLICE = 4096
"""Requests between two looks at whether to stop."""


class VllmEngine:
    """A model of vLLM in a process of its own, and all its tensors once more in this one.

    While tensors are lent it sleeps, so that merging has the memory of its weights and cache.
    """

    def __init__(self, tokenizer: Any, cores: Cores, device: torch.device) -> None:
        self._tokenizer, self._device = tokenizer, device
        self._translator: Translator | None = None
        self._lock = threading.Lock()
        self._architecture: Architecture | None = None
        self._tensors: dict[str, torch.Tensor] = {}
        self._unwritten: set[str] = set()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._llm: Any = None
        self._sender: Any = None
        self._asleep = False

    def open(self, architecture: Architecture) -> Collection[str]:
        """Start vLLM with weights of no meaning, unless it is there for this architecture."""
        if self._architecture is None or architecture != self._architecture:
            self.close()
            names = LiveModel(architecture, torch.device("meta")).tensors
            self._tensors = {
                name: torch.empty(tensor.shape, dtype=tensor.dtype, device=self._device)
                for name, tensor in names.items()
            }
            self._unwritten = set(self._tensors)
            self._start(architecture)
            self._architecture = architecture
        return self._tensors.keys()

    def lend(self, name: str) -> torch.Tensor:
        """This process's copy of the tensor; vLLM goes to sleep."""
        with self._lock:
            self._unwritten.add(name)
            if not self._asleep:
                self._llm.sleep(level=2)
                self._asleep = True
        return self._tensors[name]

    def written(self, name: str) -> None:
        """Count a tensor among those that are whole."""
        with self._lock:
            self._unwritten.discard(name)

    def answer(
        self,
        requests: Sequence[Sequence[Request]],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> EngineOutput:
        """Send the weights that were written, and have vLLM answer all."""
        if self._architecture is None:
            raise RuntimeError("no offspring has been opened")
        if self._unwritten:
            raise RuntimeError(f"{min(self._unwritten)} has not been written")
        with self._lock:
            if self._asleep:
                self._wake()
            began, flat = time.perf_counter(), [*chain.from_iterable(requests)]
            answers: list[Response] = []
            for first in range(0, len(flat), SLICE):
                checkpoint()
                answers += self._ask(flat[first : first + SLICE])
            tokens = sum(map(read, flat, answers))
            work = Work(time.perf_counter() - began, tokens)
        in_order = iter(answers)
        return EngineOutput([tuple(islice(in_order, len(item))) for item in requests], work)

    def close(self) -> None:
        """Let go of vLLM, which ends with its last reference, and of all memory."""
        if self._folder is not None:
            self._folder.cleanup()
        self._architecture = self._folder = self._llm = self._sender = None
        self._tensors, self._unwritten, self._asleep = {}, set(), False

    def _start(self, architecture: Architecture) -> None:
        from vllm import LLM
        from vllm.config import WeightTransferConfig

        from evomerge.engine.vllm.transfer import sender

        # Handles of memory are pickled, between this process and the one that it starts.
        os.environ["VLLM_ALLOW_INSECURE_SERIALIZATION"] = "1"
        self._folder = tempfile.TemporaryDirectory()
        _write(Path(self._folder.name), architecture, self._tokenizer)
        free, total = torch.cuda.mem_get_info(self._device)
        self._llm = LLM(
            self._folder.name,
            dtype=str(architecture.dtype).removeprefix("torch."),
            load_format="dummy",
            seed=0,
            gpu_memory_utilization=SHARE * free / total,
            enable_sleep_mode=True,
            weight_transfer_config=WeightTransferConfig(backend="ipc"),
        )
        self._sender = sender(self._llm, self._tensors)
        config = architecture.generation_config or architecture.config
        self._translator = Translator(self._tokenizer, config)

    def _ask(self, requests: Sequence[Request]) -> list[Response]:
        assert self._translator is not None
        prompts = [{"prompt_token_ids": [*text_of(request)]} for request in requests]
        settings = [self._translator.sampling(request) for request in requests]
        outputs = self._llm.generate(prompts, settings, use_tqdm=False)
        pairs = zip(requests, outputs, strict=True)
        return [self._translator.response(request, output) for request, output in pairs]

    def _wake(self) -> None:
        """Wake vLLM with the weights that were written."""
        torch.cuda.synchronize(self._device)
        self._llm.wake_up(tags=["weights"])
        self._sender.send_weights()
        self._llm.wake_up(tags=["kv_cache"])
        self._llm.reset_prefix_cache()
        self._asleep = False


def _write(folder: Path, architecture: Architecture, tokenizer: Any) -> None:
    """A model folder without weights."""
    (folder / "config.json").write_text(json.dumps(dict(architecture.config)))
    if architecture.generation_config is not None:
        text = json.dumps(dict(architecture.generation_config))
        (folder / "generation_config.json").write_text(text)
    tokenizer.save_pretrained(folder)


def _check(parent: Parent) -> None:
    """Decoders alone: vLLM itself runs no text-to-text models any more."""
    check_parent(parent)
    if is_encoder_decoder(known(parent.config)):
        raise ParentError(
            f"{parent.name}: an encoder-decoder, which the engine vllm does not run; remove engine"
        )


@cache
def _settings() -> Mapping[str, Any]:
    """What decides how it rounds, beside its version."""
    return {"weight_transfer": "ipc", "drawn_by": "vllm"}


VLLM = EngineKind(
    name="vllm",
    make=VllmEngine,
    check=_check,
    packages=("vllm", "transformers", "torch"),
    settings=_settings,
    devices=("cuda",),
    extra="vllm",
)
