"""Prompts that the zoo's models know, and what a live model answers to them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from evomerge.cores import Cores
from evomerge.engine.protocol import Work
from evomerge.engine.request import Generation, Request, SamplingParams
from evomerge.engine.transformers.scorer import Scorer

SHOTS = tuple(n * 7 % 53 + 3 for n in range(40))
"""What many texts begin with, long enough to be read once for all of them."""


def sentences(tokenizer: Any, count: int, seed: int = 0) -> list[tuple[int, ...]]:
    """Random sums and numbers to be reversed, as tokens."""
    rng = random.Random(seed)
    texts = []
    for _ in range(count):
        a, b = rng.randrange(100), rng.randrange(10_000)
        texts.append(rng.choice([f"{a} + {b % 100} in digits =", f"reverse {b} in english ="]))
    return [tuple(tokenizer.encode(text)) for text in texts]


def sampled(tokenizer: Any, count: int) -> list[Generation]:
    """Such prompts, the answer to each drawn by a key of its own."""
    hot = SamplingParams(1.5, top_p=0.95, top_k=40)
    return [
        Generation(prompt, ("\n",), 6, hot.keyed(0, str(n), 0))
        for n, prompt in enumerate(sentences(tokenizer, count))
    ]


def answers(
    live: Any, tokenizer: Any, requests: Sequence[Request], cores: int = 1, **options: Any
) -> tuple[list[Any], Work]:
    """The answers to requests, each an item of its own, and what they took."""
    with Cores(cores) as pool:
        found = Scorer(tokenizer, pool).answer(live, [(r,) for r in requests], **options)
    return [answer for (answer,) in found.items], found.work
