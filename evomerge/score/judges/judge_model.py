"""A judge that an engine of this machine runs: which verdict would the model say next?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from math import inf

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.engine.loading import load
from evomerge.engine.protocol import Engine
from evomerge.engine.registry import DEFAULT
from evomerge.engine.request import Likelihood, Likely
from evomerge.errors import ParentError, TrialError
from evomerge.score.judges.judge import LABELS, JudgeReply
from evomerge.score.prompts.rendering import chat_text
from evomerge.weights import open_parent, settings_files
from evomerge.weights.configs.known import known
from evomerge.weights.vocabularies.tokenizer import load_tokenizer

_TODAY = (
    "{% macro strftime_now(format) %}{{ format | replace('%Y', '2026') | replace('%m', '01') "
    "| replace('%B', 'January') | replace('%b', 'Jan') | replace('%d', '01') }}{% endmacro %}"
)
"""Before a chat template: one that tells the model the date (Llama 3's does) tells it this one, so
that no verdict depends on the calendar."""


class JudgeModel:
    """A judge on this machine. Its verdict is the label that it finds the most probable.

    Each prompt is a batch of its own, so that no verdict depends on what else is asked.

    Args:
        name: a model as parents are named.
        device: where it runs; by default on the GPU if there is one.

    Raises:
        ParentError: there is no such model, it has an encoder, or its tokenizer cannot tell the
            labels apart.
    """

    def __init__(self, name: str, device: torch.device | None = None) -> None:
        self._parent = open_parent(name)
        if self._parent.config.get("is_encoder_decoder"):
            raise ParentError(
                f"judge {name}: is an encoder-decoder; a judge on this machine is a model with a "
                "decoder alone"
            )
        self._device = device or choose_device(None)
        self._tokenizer = load_tokenizer(self._parent.tokenizer_folder)
        if len({request.tokens for request in self._requests("")}) < len(LABELS):
            raise ParentError(
                f"judge {name}: its tokenizer cannot tell {', '.join(LABELS)} apart; take another "
                "model as judge"
            )

    @cached_property
    def sha256(self) -> str:
        """Names the judge: its weights, config and tokenizer."""
        sha256 = hashlib.sha256(self._parent.content_hash.encode())
        for file in settings_files(self._parent.folder, self._parent.tokenizer_folder):
            sha256.update(repr((file.name, file.read_bytes())).encode())
        return sha256.hexdigest()

    def ask(self, prompts: Sequence[str]) -> list[JudgeReply]:
        """The verdict on each prompt; none where the model cannot read one that long.

        Raises:
            ParentError: the model gives values that are not finite.
        """
        with Cores.on(self._device) as cores:
            engine = self._engine
            return list(cores.map(lambda prompt: self._verdict(engine, prompt), prompts))

    @cached_property
    def _engine(self) -> Engine:
        # On one core: prompts are spread over the others.
        engine = DEFAULT.make(self._tokenizer, Cores(1), self._device)
        load(engine, self._parent, Cores(1))
        return engine

    @cached_property
    def _limit(self) -> int | None:
        """How many tokens the model can read, if there is a limit."""
        text = known(self._parent.config).get_text_config()
        limit: int | None = getattr(text, "max_position_embeddings", None)
        return limit

    def _verdict(self, engine: Engine, prompt: str) -> JudgeReply:
        requests = self._requests(prompt)
        longest = max(len(request.tokens) for request in requests)
        if self._limit is not None and longest > self._limit:
            said = f"a prompt of {longest} tokens, of which the judge reads {self._limit}"
            return JudgeReply(None, said)
        try:
            (answers,) = engine.answer([requests]).items
        except TrialError as error:
            raise ParentError(f"judge {self._parent.name}: {error}") from None
        likely = [answer.logprob if isinstance(answer, Likely) else -inf for answer in answers]
        label = LABELS[likely.index(max(likely))]
        return JudgeReply(label, label)

    def _requests(self, prompt: str) -> list[Likelihood]:
        """How probable is each label after the prompt?"""
        if getattr(self._tokenizer, "chat_template", None):
            turns = [{"role": "user", "content": prompt}]
            template = _TODAY + self._tokenizer.get_chat_template()
            context = chat_text(
                self._tokenizer, turns, chat_template=template, add_generation_prompt=True
            )
            return [self._continued(context, label, False) for label in LABELS]
        context = f"{prompt}\n\nVerdict:"
        return [self._continued(context, f" {label}", True) for label in LABELS]

    def _continued(self, context: str, label: str, special: bool) -> Likelihood:
        def encode(text: str) -> list[int]:
            ids: list[int] = self._tokenizer.encode(text, add_special_tokens=special)
            return ids

        whole = encode(context + label)
        return Likelihood(tuple(whole), len(whole) - len(encode(context)))
