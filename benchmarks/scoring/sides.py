"""What answers prompts: each loads a model, and is then asked, in float32."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.registry import ENGINES
from evomerge.engine.request import Generation
from evomerge.weights import open_parent

STOP = "<|im_end|>"

Ask = Callable[[Sequence[str], int], list[str]]
"""Answers prompts, with so many tokens at most."""
Start = Callable[[Path, int], Ask]
"""Loads the model of a folder, to be asked on so many cores."""


def engine(name: str) -> Start:
    """One of our engines."""

    def start(model: Path, cores: int) -> Ask:
        tokenizer = AutoTokenizer.from_pretrained(model)
        threads = Cores(cores).__enter__()
        made = ENGINES[name].make(tokenizer, threads, torch.device("cpu"))
        load(made, open_parent(str(model)), threads, torch.float32)

        def ask(prompts: Sequence[str], most: int) -> list[str]:
            items = [(Generation(tuple(tokenizer.encode(p)), (STOP,), most),) for p in prompts]
            return [answer.text for (answer,) in made.answer(items).items]

        return ask

    return start


def lm_eval(batch: int) -> Start:
    """lm-eval's own model, with that batch size."""

    def start(model: Path, cores: int) -> Ask:
        from lm_eval.api.instance import Instance
        from lm_eval.models.huggingface import HFLM

        torch.set_num_threads(cores)
        theirs = HFLM(str(model), dtype="float32", device="cpu", batch_size=batch)

        def ask(prompts: Sequence[str], most: int) -> list[str]:
            settings = {"until": [STOP], "max_gen_toks": most, "do_sample": False}
            asked = [
                Instance("generate_until", {}, (prompt, settings), n)
                for n, prompt in enumerate(prompts)
            ]
            return list(theirs.generate_until(asked, disable_tqdm=True))

        return ask

    return start


def generate_batch(model: Path, cores: int) -> Ask:
    """Continuous batching as transformers has it, asked by its own function."""
    from transformers import ContinuousBatchingConfig, GenerationConfig

    torch.set_num_threads(cores)
    tokenizer = AutoTokenizer.from_pretrained(model)
    live: Any = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()

    def ask(prompts: Sequence[str], most: int) -> list[str]:
        ids = [tokenizer.encode(prompt) for prompt in prompts]
        config = ContinuousBatchingConfig(max_batch_tokens=512, num_blocks=128)
        settings = GenerationConfig(
            max_new_tokens=most, do_sample=False, eos_token_id=tokenizer.eos_token_id
        )
        found = live.generate_batch(ids, settings, continuous_batching_config=config, warmup=False)
        said = [found[f"req_{n}"].generated_tokens for n in range(len(ids))]
        return [str(text) for text in tokenizer.batch_decode(said, skip_special_tokens=True)]

    return ask


SIDES: dict[str, Start] = {
    "evomerge": engine("transformers"),
    "lm_eval, batch 8": lm_eval(8),
    "lm_eval, batch 16": lm_eval(16),
    "lm_eval, batch 32": lm_eval(32),
    "generate_batch": generate_batch,
}
