"""What is asked: each side loads a model, and then answers prompts or weighs answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.registry import ENGINES
from evomerge.engine.request import Generation, Likelihood
from evomerge.weights import open_parent

STOP = "<|im_end|>"


@dataclass(frozen=True)
class Side:
    """What a loaded model is asked through."""

    answer: Callable[[Sequence[str], int], list[str]]
    """Answers to prompts, with so many tokens at most."""
    weigh: Callable[[Sequence[tuple[str, str]]], list[float]] | None = None
    """The log-likelihood of each answer to its prompt; None: it is not asked."""


Start = Callable[[Path, int, torch.dtype], Side]
"""Loads the model of a folder, to be asked on so many cores."""


def engine(name: str) -> Start:
    """One of our engines."""

    def start(model: Path, cores: int, dtype: torch.dtype) -> Side:
        tokenizer = AutoTokenizer.from_pretrained(model)
        threads = Cores(cores).__enter__()
        made = ENGINES[name].make(tokenizer, threads, torch.device("cpu"))
        load(made, open_parent(str(model)), threads, dtype)

        def answer(prompts: Sequence[str], most: int) -> list[str]:
            items = [(Generation(tuple(tokenizer.encode(p)), (STOP,), most),) for p in prompts]
            return [found.text for (found,) in made.answer(items).items]

        def weigh(pairs: Sequence[tuple[str, str]]) -> list[float]:
            items = []
            for prompt, text in pairs:
                end = tokenizer.encode(text)
                items.append((Likelihood((*tokenizer.encode(prompt), *end), len(end)),))
            return [found.logprob for (found,) in made.answer(items).items]

        return Side(answer, weigh)

    return start


def lm_eval(batch: int) -> Start:
    """lm-eval's own model, with that batch size."""

    def start(model: Path, cores: int, dtype: torch.dtype) -> Side:
        from lm_eval.api.instance import Instance
        from lm_eval.models.huggingface import HFLM

        torch.set_num_threads(cores)
        theirs = HFLM(str(model), dtype=dtype, device="cpu", batch_size=batch)

        def answer(prompts: Sequence[str], most: int) -> list[str]:
            settings = {"until": [STOP], "max_gen_toks": most, "do_sample": False}
            asked = [
                Instance("generate_until", {}, (prompt, settings), n)
                for n, prompt in enumerate(prompts)
            ]
            return list(theirs.generate_until(asked, disable_tqdm=True))

        def weigh(pairs: Sequence[tuple[str, str]]) -> list[float]:
            asked = [Instance("loglikelihood", {}, pair, n) for n, pair in enumerate(pairs)]
            return [found for found, _ in theirs.loglikelihood(asked, disable_tqdm=True)]

        return Side(answer, weigh)

    return start


def generate_batch(model: Path, cores: int, dtype: torch.dtype) -> Side:
    """Continuous batching as transformers has it, asked by its own function."""
    from transformers import ContinuousBatchingConfig, GenerationConfig

    torch.set_num_threads(cores)
    tokenizer = AutoTokenizer.from_pretrained(model)
    live: Any = AutoModelForCausalLM.from_pretrained(model, dtype=dtype).eval()

    def answer(prompts: Sequence[str], most: int) -> list[str]:
        ids = [tokenizer.encode(prompt) for prompt in prompts]
        config = ContinuousBatchingConfig(max_batch_tokens=512, num_blocks=128)
        settings = GenerationConfig(
            max_new_tokens=most, do_sample=False, eos_token_id=tokenizer.eos_token_id
        )
        found = live.generate_batch(ids, settings, continuous_batching_config=config, warmup=False)
        said = [found[f"req_{n}"].generated_tokens for n in range(len(ids))]
        return [str(text) for text in tokenizer.batch_decode(said, skip_special_tokens=True)]

    return Side(answer)


OURS = "evomerge"
SIDES: dict[str, Start] = {
    OURS: engine("transformers"),
    "lm_eval, batch 1 (its default)": lm_eval(1),
    "lm_eval, batch 8": lm_eval(8),
    "lm_eval, batch 16": lm_eval(16),
    "lm_eval, batch 32": lm_eval(32),
    "generate_batch": generate_batch,
}
