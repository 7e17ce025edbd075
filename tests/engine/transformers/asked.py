"""What a recorder has an encoder-decoder asked, and what it answers, by lm-eval and by us."""

from __future__ import annotations

from typing import Any

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.request import Request
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.run.preparation.prompting import recorder_for
from evomerge.score.harness import Recorder
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer

QUESTIONS = [
    "the cat sat",
    "a dog and a cat were running quickly near the mat ",
    "the river bank",
    "cat",
    "",
]
ANSWERS = [" on the mat", " near", "a", " dog quickly running", " neat"]


def likelihoods() -> list[Instance]:
    """Each of the answers to each of the questions."""
    pairs = [(question, answer) for question in QUESTIONS for answer in ANSWERS]
    return [Instance("loglikelihood", {}, pair, n) for n, pair in enumerate(pairs)]


def generations(most: int = 9, **settings: Any) -> list[Instance]:
    """Each of the questions twice, with and without a letter that ends its answer.

    Args:
        settings: as tasks have them.
    """
    return [
        Instance(
            "generate_until",
            {},
            (question, {"until": [*stops], "max_gen_toks": most, "do_sample": False, **settings}),
            n,
        )
        for n, question in enumerate(QUESTIONS)
        for stops in (["\n"], ["t", "\n"])
    ]


def lm_eval_model(name: str, batch_size: int = 1) -> HFLM:
    """lm-eval's own model of a folder."""
    return HFLM(pretrained=name, backend="seq2seq", device="cpu", batch_size=batch_size)


def recorder(name: str) -> Recorder:
    """What builds prompts for a model."""
    parent = open_parent(name)
    return recorder_for(parent, load_tokenizer(parent.tokenizer_folder))


def answers(name: str, items: list[tuple[Request, ...]], cores: int = 2) -> list[Any]:
    """What our engine answers to items."""
    parent = open_parent(name)
    with Cores(cores) as threads:
        tokenizer = load_tokenizer(parent.tokenizer_folder)
        engine = TransformersEngine(tokenizer, threads, torch.device("cpu"))
        load(engine, parent, threads)
        return list(engine.answer(items).items)
