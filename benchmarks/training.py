"""Seconds of a training step, beside plain PEFT and torch with all threads in each operation.

    python benchmarks/training.py zoo:base /path/to/smollm2/base --steps 10

Both make the same steps on the same texts, by turns, so that a busy machine is busy for both: here
in pieces of one core's work with gradients added in their order, there as one batch whose products
torch splits over all cores. Prints the median seconds of a step of each, and their ratio; then the
same of one core each.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Sequence

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from evomerge.cores import Cores, available_cores
from evomerge.recipe import Training
from evomerge.training.batches import Batches
from evomerge.training.gradient import IGNORED
from evomerge.training.learner import Learner
from evomerge.training.learning import loaded
from evomerge.training.lora import LowRankModel
from evomerge.training.texts import TrainingText
from evomerge.weights import Parent, open_parent

CPU = torch.device("cpu")
SETTINGS = Training(steps=10_000)
TEXTS, SHORTEST, LONGEST, LEARNT = 512, 12, 48, 8
"""How many texts, of how many tokens, of which so many are learnt."""


def texts(vocabulary: int) -> list[TrainingText]:
    """Texts of counted tokens and lengths."""
    lengths = [SHORTEST + (7 * n) % (LONGEST - SHORTEST + 1) for n in range(TEXTS)]
    return [
        TrainingText(
            f"{n}", tuple(3 + (n * n + 31 * k) % (vocabulary - 3) for k in range(size)), LEARNT
        )
        for n, size in enumerate(lengths)
    ]


def plain_steps(base: Parent) -> Callable[[Sequence[TrainingText]], None]:
    """A step as it is usually written."""
    model = AutoModelForCausalLM.from_pretrained(base.folder, dtype=torch.float32)
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = get_peft_model(model, config).train()
    learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=SETTINGS.learning_rate, weight_decay=0.0)

    def step(batch: Sequence[TrainingText]) -> None:
        width = max(len(text.tokens) for text in batch)
        ids = torch.zeros(len(batch), width, dtype=torch.long)
        mask, labels = torch.zeros_like(ids), torch.full_like(ids, IGNORED)
        for row, text in enumerate(batch):
            size = len(text.tokens)
            ids[row, :size], mask[row, :size] = torch.tensor(text.tokens), 1
            labels[row, size - text.learnt : size] = ids[row, size - text.learnt : size]
        model(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return step


def measure(base: Parent, cores: int, steps: int) -> tuple[float, float]:
    """Median seconds of a step: ours, and as it is usually written."""
    found = texts(base.config["vocab_size"])
    batches = Batches(found, SETTINGS.batch, 0)
    plain, ours, theirs = plain_steps(base), [], []
    with Cores(cores) as own:
        lora = LowRankModel(loaded(base, own, CPU).model, SETTINGS, 0)
        learner = Learner(lora, SETTINGS, own, CPU)
        for number in range(steps + 1):
            pieces = batches.pieces(number)
            torch.set_num_threads(1)
            began = time.perf_counter()
            learner.step(number, pieces, lambda: None)
            ended = time.perf_counter()
            torch.set_num_threads(cores)
            plain([text for piece in pieces for text in piece])
            ours.append(ended - began)
            theirs.append(time.perf_counter() - ended)
    return statistics.median(ours[1:]), statistics.median(theirs[1:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bases", nargs="+")
    parser.add_argument("--steps", type=int, default=10)
    arguments = parser.parse_args()
    print("| base | cores | a step here | plain PEFT | ratio |\n| --- | --- | --- | --- | --- |")
    for name in arguments.bases:
        for cores in sorted({1, available_cores()}, reverse=True):
            ours, theirs = measure(open_parent(name), cores, arguments.steps)
            print(f"| {name} | {cores} | {ours:.3f} s | {theirs:.3f} s | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
