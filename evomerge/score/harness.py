"""lm-eval at work: a model of its kind that notes what it is asked, and its own metrics.

lm-eval builds the prompts, tokenizes them, and judges the answers; the forward passes in between
are ours. Prompts are built once a run and for all documents, in lm-eval's order, because few-shot
examples are drawn from a sequential generator: the same document gets another prompt otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import lm_eval.api.metrics  # noqa: F401  (registers them)
import torch
from lm_eval.api.instance import Instance
from lm_eval.api.registry import AGGREGATION_REGISTRY, METRIC_REGISTRY
from lm_eval.models.huggingface import HFLM

from evomerge.engine.request import Generation, Likelihood, Request, SamplingParams
from evomerge.errors import RecipeError
from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.prompts.decoder import Decoder, refuse_settings
from evomerge.score.prompts.hollow import hollow_model
from evomerge.score.prompts.tokenizing import LimitedTokenizing
from evomerge.weights.configs.known import is_encoder_decoder

_DECODING = frozenset({"do_sample", "temperature", "top_p", "top_k", "attention_mask"})

PLAIN_MEAN = AGGREGATION_REGISTRY.get("mean")
"""How lm-eval aggregates numbers that a task gives and names no aggregation for."""


def own_aggregation(aggregation: Any) -> str | None:
    """lm-eval's name for an aggregation of its own; None of any other, whatever it is called."""
    return next((n for n, own in AGGREGATION_REGISTRY.items() if own is aggregation), None)


def is_own_metric(task: Any, name: str) -> bool:
    """Whether a task's metric of that name is lm-eval's, given answers as lm-eval takes them."""
    if name not in METRIC_REGISTRY:
        return False
    function = task._metric_fn_list.get(name)
    return function is METRIC_REGISTRY.get(name) and task.config.process_results is None


class Recorder(HFLM):  # type: ignore[misc]
    """An lm-eval model that answers nothing and records, as tokens, what it is asked.

    Args:
        config: as :func:`evomerge.weights.configs.known.known` gives it.
        generation: as :func:`evomerge.weights.configs.known.generation_settings` gives it.
    """

    def __init__(self, config: Any, tokenizer: Any, generation: Any = None) -> None:
        hollow = hollow_model(config, generation)
        self._decoder = Decoder.of(hollow) if is_encoder_decoder(config) else None
        backend = "seq2seq" if self._decoder else "causal"
        with quiet(silent=True):
            super().__init__(pretrained=hollow, tokenizer=tokenizer, backend=backend)
        self._device = torch.device("cpu")
        self._tokenizing = LimitedTokenizing(tokenizer)
        self.recorded: list[Request] = []
        self.cut = 0
        """Tokens at the beginning of the longest text recorded last that the model cannot read."""
        # transformers warns of the first such text alone; all of them are counted here.
        warned = getattr(tokenizer, "deprecation_warnings", {})
        warned["sequence-length-is-longer-than-the-specified-maximum"] = True

    def tok_batch_encode(
        self,
        strings: list[str],
        padding_side: str = "left",
        left_truncate_len: int | None = None,
        truncation: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Token ids and mask of texts, cut on the left where they are longer than that."""
        ids, mask = super().tok_batch_encode(strings, padding_side, None, truncation)
        if left_truncate_len:
            self.cut = max(self.cut, ids.shape[1] - left_truncate_len)
            ids, mask = ids[:, -left_truncate_len:], mask[:, -left_truncate_len:]
        return ids, mask

    def _loglikelihood_tokens(
        self, requests: Any, disable_tqdm: bool = False, **_: Any
    ) -> list[tuple[float, bool]]:
        for _, context, continuation in requests:
            if not 0 < len(continuation) <= self.max_length:
                size, limit = len(continuation), self.max_length
                raise AssertionError(f"an answer of {size} tokens, of which it reads {limit}")
            if self._decoder is not None:
                self.cut = max(self.cut, len(context) - self.max_length)
                shown = context[-self.max_length :]
                self.recorded.append(self._decoder.likelihood(shown, continuation))
                continue
            whole = (*context, *continuation)
            self.cut = max(self.cut, len(whole) - (self.max_length + 1))
            whole = whole[-(self.max_length + 1) :]
            self.recorded.append(Likelihood(whole, len(continuation)))
        return [(0.0, False)] * len(requests)

    def _model_generate(
        self, context: torch.Tensor, max_length: int, stop: list[str], **options: Any
    ) -> torch.Tensor:
        if unknown := sorted(set(options) - _DECODING):
            raise RecipeError(
                f"sets {', '.join(unknown)} in its generation_kwargs; answers are the likeliest "
                "ones, or drawn by temperature, top_p and top_k alone"
            )
        prompt = tuple(context[0].tolist())
        limit = max_length - len(prompt)
        if not prompt or limit < 1:
            raise RecipeError(
                "asks for no tokens; raise max_gen_toks or max_length in its generation_kwargs"
                if prompt
                else "has an empty prompt; mend doc_to_text, or remove the document"
            )
        sampling = _sampling(options) if options.get("do_sample") else None
        asked = self._decoder.generation if self._decoder else Generation
        self.recorded.append(asked(prompt, tuple(filter(None, stop)), limit, sampling=sampling))
        return context

    def generation(self, prompt: str, stops: Sequence[str], max_tokens: int) -> Generation:
        """What asks a model how a text goes on that is of no task.

        Raises:
            ParentError: as for :meth:`record`.
            RecipeError: the prompt is empty, or the model reads no more than it is to say.
        """
        if max_tokens >= self.max_length:
            raise RecipeError(
                f"{max_tokens} tokens to say, and the model reads {self.max_length}; lower "
                "max_gen_toks"
            )
        settings = {"until": [*stops], "max_gen_toks": max_tokens, "do_sample": False}
        asked = Instance("generate_until", {}, (prompt, settings), 0)
        (request,) = self.record(asked)
        assert isinstance(request, Generation)
        return request

    def record(self, instance: Any) -> tuple[Request, ...]:
        """The requests that lm-eval makes for one of its instances.

        Raises:
            ParentError: the tokenizer takes too long for its texts, or cannot read them.
        """
        self._tokenizing.require([*_texts(instance.args)])
        self.recorded.clear()
        self.cut = 0
        if self._decoder is not None:
            settings = instance.args[1] if instance.request_type == "generate_until" else {}
            refuse_settings(instance.request_type, settings)
        with self._tokenizing.panics_told():
            getattr(self, instance.request_type)([instance], disable_tqdm=True)
        return tuple(self.recorded)


def _texts(arguments: Sequence[Any]) -> Iterator[str]:
    """What is tokenized of an instance: a prompt, alone and with an answer, or its stop strings."""
    prompt, *others = arguments
    yield prompt
    for other in others:
        if isinstance(other, str):
            yield prompt + other
        elif isinstance(other, Mapping):
            until = other.get("until") or ()
            yield from [until] if isinstance(until, str) else map(str, until)


def _sampling(options: Mapping[str, Any]) -> SamplingParams:
    """How a task that samples has its answers drawn."""
    temperature = float(options.get("temperature") or 0.0)
    if temperature <= 0:
        raise RecipeError("samples at no temperature; say temperature: 0.8, or 0 for the likeliest")
    return SamplingParams(temperature, float(options.get("top_p") or 1), options.get("top_k") or 0)
