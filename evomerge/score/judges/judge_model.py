"""A judge that transformers runs: which verdict would the model say next?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from math import inf

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.engine.request import Likelihood, Likely
from evomerge.engine.transformers.live import LiveModel
from evomerge.engine.transformers.scorer import Scorer
from evomerge.errors import ParentError, TrialError
from evomerge.merge.bank import Bank
from evomerge.recipe import recipe_from
from evomerge.score.judges.judge import LABELS, Verdict
from evomerge.weights import open_parent, settings_files
from evomerge.weights.tokenizer import load_tokenizer

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
        ParentError: there is no such model, or its tokenizer cannot tell the labels apart.
    """

    def __init__(self, name: str, device: torch.device | None = None) -> None:
        self._parent = open_parent(name)
        self._device = device or choose_device(None)
        self._tokenizer = load_tokenizer(self._parent.tokenizer_folder)
        if len({request.tokens for request in self._requests("")}) < len(LABELS):
            raise ParentError(f"judge {name}: its tokenizer cannot tell {', '.join(LABELS)} apart")

    @cached_property
    def sha256(self) -> str:
        """Names the judge: its weights, config and tokenizer."""
        sha256 = hashlib.sha256(self._parent.content_hash.encode())
        for file in settings_files(self._parent.folder, self._parent.tokenizer_folder):
            sha256.update(repr((file.name, file.read_bytes())).encode())
        return sha256.hexdigest()

    def ask(self, prompts: Sequence[str]) -> list[Verdict]:
        """The verdict on each prompt; none where the model cannot read one that long.

        Raises:
            ParentError: the model gives values that are not finite.
        """
        one = Cores(1)
        with Cores.on(self._device) as cores:
            live = self._live
            return list(cores.map(lambda prompt: self._verdict(live, prompt, one), prompts))

    @cached_property
    def _live(self) -> LiveModel:
        name = self._parent.name
        alone = recipe_from({"merge_method": "linear", "models": [{"model": name}]})
        with Cores.on(self._device) as cores:
            return Bank({name: self._parent}, self._device).write(alone, cores)

    def _verdict(self, live: LiveModel, prompt: str, cores: Cores) -> Verdict:
        requests = self._requests(prompt)
        longest = max(len(request.tokens) for request in requests)
        limit = getattr(live.config.get_text_config(), "max_position_embeddings", longest)
        if longest > limit:
            return Verdict(None, f"a prompt of {longest} tokens, of which the judge reads {limit}")
        try:
            (answers,), _ = Scorer(self._tokenizer, cores).answer(live, [requests])
        except TrialError as error:
            raise ParentError(f"judge {self._parent.name}: {error}") from None
        likely = [answer.logprob if isinstance(answer, Likely) else -inf for answer in answers]
        label = LABELS[likely.index(max(likely))]
        return Verdict(label, label)

    def _requests(self, prompt: str) -> list[Likelihood]:
        """How probable is each label after the prompt?"""
        if getattr(self._tokenizer, "chat_template", None):
            turns = [{"role": "user", "content": prompt}]
            context = self._tokenizer.apply_chat_template(
                turns,
                chat_template=_TODAY + self._tokenizer.get_chat_template(),
                tokenize=False,
                add_generation_prompt=True,
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
