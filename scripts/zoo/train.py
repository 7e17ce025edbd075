"""Train the zoo: a base, its specialists, their tokenizer, and the items of their tasks.

    python -m scripts.zoo.train --out evomerge/zoo

Takes about 15 minutes on two cores. The same torch on the same kind of machine gives the same
files; elsewhere the last bits of the weights may differ, and with them nothing else.
"""

from __future__ import annotations

import argparse
import copy
import random
import time
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from scripts.zoo.items import write_items
from scripts.zoo.skills import SPECIALISTS, base_pair, draw
from scripts.zoo.tokenizer import make_tokenizer

BATCH = 128
Pair = Callable[[random.Random], tuple[str, str]]


def make_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """An untrained Llama of about half a million parameters."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=96,
        intermediate_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=256,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def batch(
    tokenizer: PreTrainedTokenizerFast, pair: Pair, rng: random.Random
) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and labels, (BATCH, length); only answers are learnt, and prompts are not."""
    pairs = [pair(rng) for _ in range(BATCH)]
    prompts = tokenizer([question for question, _ in pairs], add_special_tokens=False).input_ids
    texts = [f"{question} {answer}{tokenizer.eos_token}" for question, answer in pairs]
    wholes = tokenizer(texts, add_special_tokens=False).input_ids
    width = max(map(len, wholes))
    ids = torch.full((BATCH, width), tokenizer.pad_token_id)
    labels = torch.full((BATCH, width), -100)
    for row, (prompt, whole) in enumerate(zip(prompts, wholes, strict=True)):
        ids[row, : len(whole)] = torch.tensor(whole)
        labels[row, len(prompt) : len(whole)] = torch.tensor(whole[len(prompt) :])
    return ids, labels


def train(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    pair: Pair,
    steps: int,
    rate: float,
    seed: int,
) -> None:
    """AdamW with warm-up and a linear fall of the rate."""
    rng = random.Random(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.05)
    warmup, began = min(100, steps // 10), time.time()
    model.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min((step + 1) / warmup, 1.05 - step / steps)
        ids, labels = batch(tokenizer, pair, rng)
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            print(
                f"  step {step + 1}/{steps} loss {loss:.4f} {time.time() - began:.0f} s", flush=True
            )


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write a model folder with its tokenizer."""
    model.generation_config.max_length = None
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main() -> None:
    """Train everything and write it below --out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base-steps", type=int, default=7000)
    parser.add_argument("--specialist-steps", type=int, default=150)
    parser.add_argument("--rate", type=float, default=2e-4)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(0)
    tokenizer = make_tokenizer()
    base = make_model(tokenizer)
    print(f"base, {sum(p.numel() for p in base.parameters())} parameters")
    train(base, tokenizer, base_pair, arguments.base_steps, 1e-3, seed=0)
    save(base, tokenizer, arguments.out / "models" / "base")
    for seed, (name, skill) in enumerate(SPECIALISTS.items(), start=1):
        print(name)

        def pair(rng: random.Random, skill=skill) -> tuple[str, str]:
            question = draw(skill, rng)
            return question.text, question.answer

        specialist = copy.deepcopy(base)
        train(specialist, tokenizer, pair, arguments.specialist_steps, arguments.rate, seed)
        save(specialist, tokenizer, arguments.out / "models" / name)
    write_items(arguments.out / "tasks")


if __name__ == "__main__":
    main()
